#include "control/policy/cap_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace batchsizer::policy {
namespace {

// Steady windows pull the remembered peak down slowly and up at once: what
// counts is the highest power the setting draws, not its mean.
constexpr double kFallRate = 0.25;
// Readings of one setting this close to each other agree. Two in a row that do
// not are a new input or a changed device.
constexpr double kAgrees = 0.05;
constexpr int kLongestHoldLog2 = 8;
constexpr int kLongestHoldOfABreakerLog2 = 20;
// After so many windows under the cap a violation is a fresh one; after fewer than
// the other it is worse than the one before.
constexpr int kGoodRun = 16;
constexpr int kBadRun = 4;
// After so many visits in a row that begin with a violation the pauses get longer
// still: next to nothing speaks for the setting but that it once fitted.
constexpr int kManyFails = 3;
// How fast the lower end of what was read follows: slowly through good windows, by
// half through readings far above the cap, not at all where it may be noise.
constexpr double kLowFollows = 0.1;
constexpr double kLowGivesUp = 0.5;
constexpr double kOddThroughput = 0.25;

std::size_t MiddleDown(std::size_t a, std::size_t b) { return (a + b) / 2; }
std::size_t MiddleUp(std::size_t a, std::size_t b) { return (a + b + 1) / 2; }

double Ratio(Watts now, Watts before) {
  return before > Watts(0) && now > Watts(0) ? now / before : 1.0;
}

}  // namespace

CapSearch::Output CapSearch::Step(const Input& in) {
  ++window_;
  Entry& here = Learn(in);
  Output out = in.peak > in.cap ? Down(in, here) : Up(in, here);
  out.index = std::min(out.index, in.allowed - 1);
  previous_index_ = in.index;
  previous_amount_ = in.amount;
  return out;
}

CapSearch::Output CapSearch::StepWithoutReading(std::size_t index, std::size_t allowed, Watts cap) {
  const Entry* here = Find(index);
  const bool known_to_break = here != nullptr && here->peak > cap;
  if (!known_to_break || index == 0) return {index, Reason::kNoReading};
  excess_ = 1.0;
  careful_step_ = 1;
  previous_index_ = index;
  Input in;
  in.index = index;
  in.allowed = allowed;
  in.peak = here->peak;
  in.cap = cap;
  return {DownTarget(in), Reason::kAboveCap};
}

CapSearch::Entry& CapSearch::Learn(const Input& in) {
  excess_ = 1.0;
  Entry* known = Find(in.index);
  Entry& here = known != nullptr ? *known : FindOrAdd(in.index);
  here.worth_a_retry = false;
  if (known == nullptr) {
    here.peak = here.low = in.peak;
    here.throughput = in.throughput;
    here.last_seen = window_;
    return here;
  }
  const bool far_above = in.peak > (1 + kAgrees) * in.cap;
  const double follows = far_above ? kLowGivesUp : in.peak > in.cap ? 0.0 : kLowFollows;
  here.low = std::min(in.peak, here.low + follows * (in.peak - here.low));
  LearnThroughput(in, here);
  Relearn(in, here);
  return here;
}

// One odd window (a pause of the input, say) tells nothing. Two in a row: the
// world has changed, and what brought no gain may now.
void CapSearch::LearnThroughput(const Input& in, Entry& here) {
  const bool odd = std::abs(in.throughput.value() - here.throughput.value()) >
                   kOddThroughput * here.throughput.value();
  const bool accepted = !odd || here.odd_throughput;
  if (odd && accepted) {
    for (Entry& entry : memory_) entry.no_gain = false;
  }
  if (accepted) here.throughput = in.throughput;
  here.odd_throughput = odd && !accepted;
}

void CapSearch::Relearn(const Input& in, Entry& here) {
  const double ratio = Ratio(in.peak, here.peak);
  if (std::abs(ratio - 1.0) <= kAgrees) return Follow(in, here);
  excess_ = std::max(1.0, ratio);
  Contradict(in, here, ratio);
}

void CapSearch::Follow(const Input& in, Entry& here) {
  const bool just_came = previous_index_ != in.index;
  const Watts before = here.peak;
  here.peak = just_came || in.peak > before ? in.peak : before + kFallRate * (in.peak - before);
  Rescale(Ratio(here.peak, before), here, here.last_seen + 1);
  here.last_seen = window_;
  here.confirmed = true;
  here.deviates_since = 0;
  doubt_ = {};
}

void CapSearch::Contradict(const Input& in, Entry& here, double ratio) {
  const bool second = doubt_.since != 0 && doubt_.upward == (ratio > 1.0);
  if (second || here.deviates_since != 0) return AcceptNewWorld(in, here, ratio);
  doubt_ = {window_, ratio > 1.0};
  if (here.confirmed) {
    here.deviates_since = window_;
    return;
  }
  // Read once before: that was a spike, or the world changed since. The new
  // reading is the better guess.
  here.peak = in.peak;
  here.last_seen = window_;
}

void CapSearch::AcceptNewWorld(const Input& in, Entry& here, double ratio) {
  const std::int64_t since = here.deviates_since != 0 ? here.deviates_since : doubt_.since;
  here.peak = in.peak;
  here.last_seen = window_;
  here.confirmed = true;
  here.deviates_since = 0;
  here.no_gain = false;
  doubt_ = {};
  Rescale(ratio, here, since);
}

// Scales what was last seen before a window; what was seen later is fresher than
// the evidence.
void CapSearch::Rescale(double factor, const Entry& except, std::int64_t seen_before) {
  if (factor == 1.0) return;
  const bool new_world = std::abs(factor - 1.0) > kAgrees;
  for (Entry& entry : memory_) {
    const bool older = entry.index != kNone && entry.last_seen < seen_before;
    if (!older || &entry == &except) continue;
    entry.peak = entry.peak * factor;
    if (!new_world) continue;
    entry.no_gain = false;
    entry.deviates_since = 0;
  }
}

int CapSearch::HoldLog2(const Entry& entry) {
  if (entry.fails < kManyFails) return std::min(entry.strikes, kLongestHoldLog2);
  const int further = entry.fails - kManyFails + 1;
  return std::min(kLongestHoldLog2 + further, kLongestHoldOfABreakerLog2);
}

CapSearch::Output CapSearch::Down(const Input& in, Entry& here) {
  careful_step_ = 1;
  if (in.index == 0) return {0, Reason::kNothingLower};
  const bool broke_its_own_cap = in.peak > in.window_cap;
  if (broke_its_own_cap) {
    if (here.good_run >= kGoodRun) here.strikes = 0;
    if (here.good_run < kBadRun || here.strikes == 0) ++here.strikes;
    here.fails = here.good_run == 0 ? here.fails + 1 : 1;
    here.good_run = 0;
    here.worth_a_retry = here.strikes == 1;
    here.broke_with = window_ < here.hold_until ? std::max(here.broke_with, in.peak) : in.peak;
    here.hold_until = window_ + (std::int64_t{1} << HoldLog2(here));
  }
  return {DownTarget(in), Reason::kAboveCap};
}

std::size_t CapSearch::DownTarget(const Input& in) const {
  if (options_.stride == Stride::kOne) return in.index - 1;
  // Whatever made this setting draw more may hold for the others.
  const Watts limit = in.cap / excess_;
  if (const auto fits = LargestKnownToFit(kNone, in.index, limit)) return *fits;
  std::size_t breaker = in.index;
  for (const Entry& entry : memory_) {
    if (entry.index < breaker && entry.peak > limit) breaker = entry.index;
  }
  return MiddleDown(0, breaker);
}

CapSearch::Output CapSearch::Up(const Input& in, Entry& here) {
  if (++here.good_run > 1) here.fails = 0;
  if (const auto back = TurnBackFromNoGain(in, here)) return *back;
  const bool contradicted_downwards = doubt_.since == window_ && !doubt_.upward;
  if (contradicted_downwards) return {in.index, Reason::kUnconfirmed};
  if (in.peak >= options_.rest * in.cap) return Stay(in, Reason::kWithinBand);
  if (in.index + 1 >= in.allowed) return {in.index, Reason::kAtLargest};

  const std::size_t barred = FirstBarred(in);
  if (const auto fit = LargestKnownToFit(in.index, barred, in.cap); fit && *fit < in.allowed) {
    return {*fit, Reason::kKnownToFit};
  }
  if (barred > in.index + 1) return {UpTarget(in, barred), Reason::kBelowBand};
  return Stay(in, Find(barred)->no_gain ? Reason::kNoGain : Reason::kNextIsTooMuch);
}

// Nothing new to try: but what a spike may have driven it from.
CapSearch::Output CapSearch::Stay(const Input& in, Reason reason) const {
  const Entry* breaker = FirstBreaker(in);
  const std::size_t below = std::min(breaker != nullptr ? breaker->index : kNone, in.allowed);
  if (const auto fit = LargestKnownToFit(in.index, below, in.cap)) {
    return {*fit, Reason::kKnownToFit};
  }
  const bool may_retry = reason == Reason::kNextIsTooMuch ||
                         (reason == Reason::kWithinBand && options_.retries_from_band);
  const bool retry = may_retry && breaker != nullptr && breaker->index < in.allowed &&
                     (breaker->worth_a_retry || breaker->low <= in.cap) &&
                     window_ >= breaker->hold_until;
  return retry ? Output{breaker->index, Reason::kRetry} : Output{in.index, reason};
}

// REQUIRES: there is room between in.index and barred.
std::size_t CapSearch::UpTarget(const Input& in, std::size_t barred) {
  if (options_.stride != Stride::kHalve) return in.index + 1;
  const std::size_t top = std::min(barred, in.allowed - 1);
  if (in.peak < options_.alpha * in.cap) return MiddleUp(in.index, top);
  if (barred != kNone) return std::max(in.index + 1, MiddleDown(in.index, top));
  const std::size_t target = std::min(top, in.index + careful_step_);
  careful_step_ *= 2;
  return target;
}

// Two windows must say so: one may have waited for its input.
std::optional<CapSearch::Output> CapSearch::TurnBackFromNoGain(const Input& in, Entry& here) {
  if (!BringsLittle(in, here)) {
    came_from_ = kNone;
    return std::nullopt;
  }
  if (!std::exchange(little_gain_, true)) return Output{in.index, Reason::kUnconfirmed};
  here.no_gain = true;
  return Output{std::exchange(came_from_, kNone), Reason::kNoGain};
}

bool CapSearch::BringsLittle(const Input& in, const Entry& here) {
  const bool just_came_up = previous_index_ != kNone && previous_index_ < in.index;
  if (just_came_up) {
    came_from_ = previous_index_;
    came_from_amount_ = previous_amount_;
    little_gain_ = false;
  }
  const bool judging = came_from_ != kNone && (just_came_up || previous_index_ == in.index);
  if (options_.least_gain <= 0 || !judging) return false;
  const Entry* from = Find(came_from_);
  const bool comparable = from != nullptr && from->throughput > ImagesPerSecond(0);
  if (!comparable || from->peak > here.peak) return false;
  const double doublings =
      in.amount > came_from_amount_ ? std::log2(in.amount / came_from_amount_) : 1.0;
  const double least = options_.least_gain * std::min(1.0, doublings);
  return in.throughput < (1 + least) * from->throughput;
}

std::size_t CapSearch::FirstBarred(const Input& in) const {
  std::size_t first = kNone;
  for (const Entry& entry : memory_) {
    const bool above = entry.index != kNone && entry.index > in.index;
    if (above && entry.index < first && Barred(entry, in.cap)) first = entry.index;
  }
  return first;
}

// The smallest setting above the present one whose remembered peak is above the cap.
const CapSearch::Entry* CapSearch::FirstBreaker(const Input& in) const {
  const Entry* first = nullptr;
  for (const Entry& entry : memory_) {
    const bool breaks = entry.index != kNone && entry.index > in.index && entry.peak > in.cap;
    if (breaks && (first == nullptr || entry.index < first->index)) first = &entry;
  }
  return first;
}

// Strictly between above and below; above = kNone means from 0 on.
std::optional<std::size_t> CapSearch::LargestKnownToFit(std::size_t above, std::size_t below,
                                                        Watts cap) const {
  std::optional<std::size_t> largest;
  for (const Entry& entry : memory_) {
    if (entry.index == kNone || entry.index >= below || Barred(entry, cap)) continue;
    if (above != kNone && entry.index <= above) continue;
    if (!largest || entry.index > *largest) largest = entry.index;
  }
  return largest;
}

bool CapSearch::Barred(const Entry& entry, Watts cap) const {
  const bool held = window_ < entry.hold_until && entry.broke_with > cap;
  return entry.peak > cap || entry.no_gain || held;
}

CapSearch::Entry* CapSearch::Find(std::size_t index) {
  const auto at = std::find_if(memory_.begin(), memory_.end(),
                               [&](const Entry& entry) { return entry.index == index; });
  return at == memory_.end() ? nullptr : &*at;
}

CapSearch::Entry& CapSearch::FindOrAdd(std::size_t index) {
  auto free = std::find_if(memory_.begin(), memory_.end(),
                           [](const Entry& entry) { return entry.index == kNone; });
  if (free == memory_.end()) {
    free = std::min_element(memory_.begin(), memory_.end(), [](const Entry& a, const Entry& b) {
      return a.last_seen < b.last_seen;
    });
  }
  *free = Entry{};
  free->index = index;
  return *free;
}

}  // namespace batchsizer::policy
