#include "control/policy/clock_search.h"

#include "control/policy/cap_search.h"
#include "control/policy/common.h"

namespace batchsizer::policy {
namespace {

class ClockSearch final : public Policy {
 public:
  ClockSearch(std::string_view name, const PolicyOptions& options, PolicyTraits traits,
              CapSearch::Options search)
      : name_(name),
        traits_(traits),
        clocks_(options.clocks),
        batch_size_(*options.fixed_batch_size),
        initial_(search.initial),
        search_(search) {}

  std::string_view Name() const override { return name_; }
  PolicyTraits Traits() const override { return traits_; }
  Setting Start(Watts) override { return {batch_size_, clocks_[initial_]}; }

  Decision Step(const Observation& seen) override {
    const Megahertz ran = seen.setting.clock.value_or(clocks_[initial_]);
    const std::size_t index = IndexAtMost<Megahertz>(clocks_, ran);
    if (!seen.peak_power) return StepWithoutReading(seen, index);
    const auto out = search_.Step({.index = index,
                                   .allowed = clocks_.size(),
                                   .peak = *seen.peak_power,
                                   .cap = seen.cap,
                                   .window_cap = seen.window_cap,
                                   .throughput = seen.throughput});
    const Setting next{batch_size_, clocks_[out.index]};
    const bool stuck = out.reason == Reason::kNothingLower;
    return {next, stuck ? Action::kImpossible : ActionBetween(seen.setting, next), out.reason};
  }

 private:
  // dvfs and pit do as published: nothing.
  Decision StepWithoutReading(const Observation& seen, std::size_t index) {
    const Decision keep{seen.setting, Action::kKeep, Reason::kNoReading};
    if (!traits_.reacts_at_once) return keep;
    const auto out = search_.StepWithoutReading(index, clocks_.size(), seen.cap);
    if (out.index == index) return keep;
    return {{seen.setting.batch_size, clocks_[out.index]}, Action::kLower, out.reason};
  }

  std::string_view name_;
  PolicyTraits traits_;
  std::vector<Megahertz> clocks_;
  BatchSize batch_size_;
  std::size_t initial_;
  CapSearch search_;
};

std::size_t StartIndex(const PolicyOptions& options, std::size_t otherwise) {
  if (!options.start_clock) return otherwise;
  return IndexAtMost<Megahertz>(options.clocks, *options.start_clock);
}

}  // namespace

std::unique_ptr<Policy> MakeDvfs(const PolicyOptions& options) {
  return std::make_unique<ClockSearch>("dvfs", options, PolicyTraits{},
                                       CapSearch::Options{.count = options.clocks.size(),
                                                          .initial = StartIndex(options, 0),
                                                          .alpha = options.alpha,
                                                          .rest = options.alpha,
                                                          .stride = CapSearch::Stride::kHalve});
}

std::unique_ptr<Policy> MakePit(const PolicyOptions& options) {
  return std::make_unique<ClockSearch>("pit", options, PolicyTraits{},
                                       CapSearch::Options{.count = options.clocks.size(),
                                                          .initial = StartIndex(options, 0),
                                                          .alpha = options.alpha,
                                                          .rest = options.alpha,
                                                          .stride = CapSearch::Stride::kOne});
}

std::unique_ptr<Policy> MakePowerLimit(const PolicyOptions& options) {
  const std::size_t highest = options.clocks.size() - 1;
  return std::make_unique<ClockSearch>(
      "power-limit", options,
      PolicyTraits{.window_batches = 1, .min_readings = 1, .reacts_at_once = true},
      CapSearch::Options{.count = options.clocks.size(),
                         .initial = StartIndex(options, highest),
                         .alpha = 1.0,
                         .rest = 1.0,
                         .stride = CapSearch::Stride::kOneUp});
}

}  // namespace batchsizer::policy
