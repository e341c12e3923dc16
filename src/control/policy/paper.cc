#include "control/policy/paper.h"

#include "control/policy/algorithm1.h"
#include "control/policy/common.h"

namespace batchsizer::policy {
namespace {

class Paper final : public Policy {
 public:
  explicit Paper(const PolicyOptions& options)
      : sizes_(options.batch_sizes),
        clock_(options.start_clock),
        search_(static_cast<int>(sizes_.size()), static_cast<int>(options.initial_index) + 1,
                options.alpha, options.paper_variant),
        name_(options.paper_variant == PaperVariant::kText ? "paper-text" : "paper") {}

  std::string_view Name() const override { return name_; }
  PolicyTraits Traits() const override { return {}; }
  Setting Start(Watts) override { return Current(); }

  Decision Step(const Observation& seen) override {
    if (!seen.peak_power) return {seen.setting, Action::kKeep, Reason::kNoReading};
    FollowWhatReallyRan(seen.setting.batch_size);
    const auto outcome = search_.Step(*seen.peak_power, seen.cap);
    const Setting next = Current();
    if (outcome == Algorithm1::Outcome::kNoFurtherReduction) {
      return {next, Action::kImpossible, Reason::kNothingLower};
    }
    return {next, ActionBetween(seen.setting, next), ReasonFor(outcome, next == seen.setting)};
  }

 private:
  [[nodiscard]] Setting Current() const {
    return {sizes_[static_cast<std::size_t>(search_.current()) - 1], clock_};
  }

  void FollowWhatReallyRan(BatchSize ran) {
    if (ran == Current().batch_size) return;
    search_.MoveTo(static_cast<int>(IndexAtMost<BatchSize>(sizes_, ran)) + 1);
  }

  static Reason ReasonFor(Algorithm1::Outcome outcome, bool stays) {
    switch (outcome) {
      case Algorithm1::Outcome::kInBand:
        return Reason::kWithinBand;
      case Algorithm1::Outcome::kBelow:
        return stays ? Reason::kAtLargest : Reason::kBelowBand;
      case Algorithm1::Outcome::kAbove:
      case Algorithm1::Outcome::kNoFurtherReduction:
        break;
    }
    return Reason::kAboveCap;
  }

  std::vector<BatchSize> sizes_;
  std::optional<Megahertz> clock_;
  Algorithm1 search_;
  std::string_view name_;
};

}  // namespace

std::unique_ptr<Policy> MakePaper(const PolicyOptions& options) {
  return std::make_unique<Paper>(options);
}

}  // namespace batchsizer::policy
