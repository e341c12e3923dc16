#include "control/policy/batchsizer.h"

#include <algorithm>

#include "control/policy/cap_search.h"
#include "control/policy/common.h"

namespace batchsizer::policy {
namespace {

// Above this share of the cap there is nothing left worth a probe: the sensor's
// noise is of this size.
constexpr double kRest = 0.97;

class BatchSizer final : public Policy {
 public:
  explicit BatchSizer(const PolicyOptions& options)
      : sizes_(options.batch_sizes),
        clock_(options.start_clock),
        initial_(options.initial_index),
        search_({.count = sizes_.size(),
                 .initial = initial_,
                 .alpha = options.alpha,
                 .rest = std::max(options.alpha, kRest),
                 .stride = CapSearch::Stride::kHalve,
                 .retries_from_band = true,
                 .least_gain = 0.01}) {}

  std::string_view Name() const override { return "batchsizer"; }
  PolicyTraits Traits() const override { return {.min_readings = 1, .reacts_at_once = true}; }
  Setting Start(Watts) override { return {sizes_[initial_], clock_}; }

  Decision Step(const Observation& seen) override {
    const std::size_t index = IndexAtMost<BatchSize>(sizes_, seen.setting.batch_size);
    const std::size_t allowed = IndexAtMost<BatchSize>(sizes_, seen.largest_batch_size) + 1;
    if (!seen.peak_power) return StepWithoutReading(seen, index, allowed);
    const auto out = search_.Step({.index = index,
                                   .allowed = allowed,
                                   .peak = *seen.peak_power,
                                   .cap = seen.cap,
                                   .window_cap = seen.window_cap,
                                   .throughput = seen.throughput,
                                   .amount = static_cast<double>(sizes_[index].value())});
    const Setting next{sizes_[out.index], clock_};
    const bool stuck = out.reason == Reason::kNothingLower;
    return {next, stuck ? Action::kImpossible : ActionBetween(seen.setting, next), out.reason};
  }

 private:
  Decision StepWithoutReading(const Observation& seen, std::size_t index, std::size_t allowed) {
    const auto out = search_.StepWithoutReading(index, allowed, seen.cap);
    if (out.index == index) return {seen.setting, Action::kKeep, Reason::kNoReading};
    return {{sizes_[out.index], seen.setting.clock}, Action::kLower, out.reason};
  }

  std::vector<BatchSize> sizes_;
  std::optional<Megahertz> clock_;
  std::size_t initial_;
  CapSearch search_;
};

}  // namespace

std::unique_ptr<Policy> MakeBatchSizer(const PolicyOptions& options) {
  return std::make_unique<BatchSizer>(options);
}

}  // namespace batchsizer::policy
