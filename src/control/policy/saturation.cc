#include "control/policy/saturation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "control/policy/common.h"

namespace batchsizer::policy {
namespace {

constexpr double kLeastGain = 0.02;  // of a doubling
constexpr double kMostLoss = 0.05;   // of all steps together
constexpr int kKeepsBeforeATrial = 2;
constexpr int kMostTrialWindows = 8;
constexpr double kSure = 2.0;  // standard errors
// A size's throughput is taken from so many windows at most: it may drift.
constexpr int kRemembered = 16;
constexpr double kNoiseFollows = 0.1;
// Throughput that far off, and so many deviations, twice in a row: another world.
constexpr double kOtherWorld = 0.10;
constexpr double kOtherWorldDeviations = 3.0;
constexpr double kMostNoise = 0.2;
constexpr double kSameCap = 0.01;
constexpr std::int64_t kShortestPause = 2;
constexpr std::int64_t kLongestPause = 256;
constexpr std::int64_t kQuiet = 128;

// What was measured of one batch size.
struct Seen {
  double throughput = 0;  // mean
  int windows = 0;        // that it is the mean of
  bool odd = false;       // the last window was far off
  bool judged = false;    // it brings more than the next smaller one
};

class Saturating final : public Policy {
 public:
  Saturating(std::unique_ptr<Policy> inner, const PolicyOptions& options)
      : inner_(std::move(inner)), sizes_(options.batch_sizes), seen_(sizes_.size()) {}

  std::string_view Name() const override { return inner_->Name(); }
  PolicyTraits Traits() const override { return inner_->Traits(); }
  Setting Start(Watts cap) override {
    cap_ = cap;
    return inner_->Start(cap);
  }

  Decision Step(const Observation& seen) override {
    ++window_;
    const std::size_t index = IndexAtMost<BatchSize>(sizes_, seen.setting.batch_size);
    if (ConditionsChanged(seen)) Forget();
    Learn(seen, index);
    const bool undisturbed =
        seen.peak_power && *seen.peak_power <= seen.cap && *seen.peak_power <= seen.window_cap;
    if (trying_ && undisturbed && index == smaller_) return Judge(seen);
    trying_ = false;
    return AskInner(seen, index, undisturbed);
  }

 private:
  bool ConditionsChanged(const Observation& seen) {
    const bool cap_moved = std::abs(seen.cap / cap_ - 1) > kSameCap;
    const bool clock_moved = window_ > 1 && seen.setting.clock != clock_;
    if (cap_moved) cap_ = seen.cap;
    clock_ = seen.setting.clock;
    return cap_moved || clock_moved;
  }

  void Forget() {
    std::fill(seen_.begin(), seen_.end(), Seen{});
    most_.reset();
    reference_ = 0;
    trying_ = false;
    keeps_ = 0;
  }

  void Learn(const Observation& seen, std::size_t index) {
    const double throughput = seen.throughput.value();
    if (seen.batches == 0 || !seen.peak_power || throughput <= 0) return;
    Seen& here = seen_[index];
    if (here.windows == 0) {
      here.throughput = throughput;
      here.windows = 1;
      return;
    }
    const double off = throughput / here.throughput - 1;
    const bool odd = std::abs(off) > kOtherWorld + kOtherWorldDeviations * std::sqrt(variance_);
    if (odd) return LearnOdd(here, throughput, off);
    LearnNoise(off * off / (1 + 1.0 / here.windows));
    here.odd = false;
    here.windows = std::min(here.windows + 1, kRemembered);
    here.throughput += (throughput - here.throughput) / here.windows;
  }

  void LearnNoise(double squared) { variance_ += kNoiseFollows * (squared - variance_); }

  // One odd window (a pause of the input, say) tells nothing. Two may still be noise.
  void LearnOdd(Seen& here, double throughput, double off) {
    if (!std::exchange(here.odd, true)) return;
    LearnNoise(std::min(off * off, kMostNoise * kMostNoise));
    const bool quiet = window_ - forgot_at_ > kQuiet;
    pause_ = quiet ? kShortestPause : std::clamp(2 * pause_, kShortestPause, kLongestPause);
    forgot_at_ = window_;
    Forget();
    here.throughput = throughput;
    here.windows = 1;
  }

  Decision AskInner(const Observation& seen, std::size_t index, bool undisturbed) {
    Observation shown = seen;
    if (most_) shown.largest_batch_size = std::min(shown.largest_batch_size, sizes_[*most_]);
    Decision decision = inner_->Step(shown);
    LimitTo(decision, seen);
    const bool keeps = undisturbed && decision.action == Action::kKeep &&
                       decision.setting == seen.setting && decision.reason != Reason::kUnconfirmed;
    keeps_ = keeps ? keeps_ + 1 : 0;
    if (keeps_ >= kKeepsBeforeATrial && MayTry(index)) return Try(seen, index);
    return decision;
  }

  void LimitTo(Decision& decision, const Observation& seen) const {
    if (!most_ || decision.setting.batch_size < sizes_[*most_]) return;
    const bool cut = decision.setting.batch_size > sizes_[*most_];
    decision.setting.batch_size = sizes_[*most_];
    if (decision.action == Action::kImpossible) return;
    if (cut) decision.action = ActionBetween(seen.setting, decision.setting);
    if (cut || decision.reason == Reason::kAtLargest) decision.reason = Reason::kSaturated;
  }

  [[nodiscard]] bool MayTry(std::size_t index) const {
    return index > 0 && !seen_[index].judged && seen_[index].windows >= kKeepsBeforeATrial &&
           window_ >= forgot_at_ + pause_;
  }

  Decision Try(const Observation& seen, std::size_t index) {
    trying_ = true;
    trial_windows_ = 0;
    larger_ = index;
    smaller_ = NextSmaller(index);
    return {{sizes_[smaller_], seen.setting.clock}, Action::kLower, Reason::kTrySmaller};
  }

  // Steps of less than a doubling would bring less than the noise, each.
  [[nodiscard]] std::size_t NextSmaller(std::size_t index) const {
    return IndexAtMost<BatchSize>(sizes_, BatchSize(std::max(1, sizes_[index].value() / 2)));
  }

  Decision Judge(const Observation& seen) {
    ++trial_windows_;
    const Seen& larger = seen_[larger_];
    const Seen& smaller = seen_[smaller_];
    const double gain = larger.throughput / smaller.throughput - 1;
    const double doublings =
        std::log2(static_cast<double>(sizes_[larger_].value()) / sizes_[smaller_].value());
    const double least = kLeastGain * std::min(1.0, doublings);
    const double error = std::sqrt(variance_ * (1.0 / larger.windows + 1.0 / smaller.windows));
    const bool clear = std::abs(gain - least) >= kSure * error;
    if (!clear && trial_windows_ < kMostTrialWindows) {
      return {seen.setting, Action::kKeep, Reason::kTrySmaller};
    }
    trying_ = false;
    keeps_ = 0;
    reference_ = std::max(reference_, larger.throughput);
    const bool little = gain < least && (clear || error <= kLeastGain) &&
                        smaller.throughput >= (1 - kMostLoss) * reference_;
    if (little) {
      most_ = smaller_;
      return AskInner(seen, smaller_, /*undisturbed=*/true);
    }
    seen_[larger_].judged = true;
    if (sizes_[larger_] > seen.largest_batch_size) return AskInner(seen, smaller_, true);
    return {{sizes_[larger_], seen.setting.clock}, Action::kRaise, Reason::kStillGains};
  }

  std::unique_ptr<Policy> inner_;
  std::vector<BatchSize> sizes_;
  std::vector<Seen> seen_;
  std::optional<std::size_t> most_;  // a larger size brings less than 2 %
  double reference_ = 0;             // throughput before anything was given up
  double variance_ = 0;              // of a window's throughput, relative
  Watts cap_;
  std::optional<Megahertz> clock_;
  std::int64_t window_ = 0;
  std::int64_t forgot_at_ = 0;
  std::int64_t pause_ = 0;
  int keeps_ = 0;  // windows in a row in which the inner policy kept the size
  // The trial that goes on.
  bool trying_ = false;
  int trial_windows_ = 0;
  std::size_t larger_ = 0;
  std::size_t smaller_ = 0;
};

}  // namespace

std::unique_ptr<Policy> MakeSaturating(std::unique_ptr<Policy> inner,
                                       const PolicyOptions& options) {
  return std::make_unique<Saturating>(std::move(inner), options);
}

}  // namespace batchsizer::policy
