#include "control/policy/fixed.h"

namespace batchsizer::policy {
namespace {

class Fixed final : public Policy {
 public:
  explicit Fixed(Setting setting) : setting_(setting) {}

  std::string_view Name() const override { return "fixed"; }
  PolicyTraits Traits() const override { return {}; }
  Setting Start(Watts) override { return setting_; }

  Decision Step(const Observation& seen) override {
    const bool above = seen.peak_power && *seen.peak_power > seen.cap;
    if (above) return {setting_, Action::kImpossible, Reason::kNothingLower};
    return {setting_, Action::kKeep, Reason::kFixed};
  }

 private:
  Setting setting_;
};

}  // namespace

std::unique_ptr<Policy> MakeFixed(const PolicyOptions& options) {
  return std::make_unique<Fixed>(Setting{*options.fixed_batch_size, options.start_clock});
}

}  // namespace batchsizer::policy
