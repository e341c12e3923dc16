#include "control/policy/oracle.h"

#include <algorithm>

#include "control/policy/common.h"

namespace batchsizer::policy {
namespace {

class Oracle final : public Policy {
 public:
  explicit Oracle(const PolicyOptions& options)
      : best_(options.known_curve), has_clock_(!options.clocks.empty()) {}

  std::string_view Name() const override { return "oracle"; }
  PolicyTraits Traits() const override { return {.reacts_at_once = true}; }
  Setting Start(Watts cap) override { return ToSetting(best_.Find(cap)); }

  Decision Step(const Observation& seen) override {
    const auto best = best_.Find(seen.cap);
    const Setting next = ToSetting(best);
    if (!best) return {next, Action::kImpossible, Reason::kNothingLower};
    return {next, ActionBetween(seen.setting, next), Reason::kKnownBest};
  }

 private:
  [[nodiscard]] Setting ToSetting(const std::optional<CurvePoint>& point) const {
    const CurvePoint& chosen = point ? *point : best_.LeastPower();
    return {chosen.batch_size, has_clock_ ? std::optional(chosen.clock) : std::nullopt};
  }

  BestUnderCap best_;
  bool has_clock_;
};

}  // namespace

BestUnderCap::BestUnderCap(std::vector<CurvePoint> points) {
  std::sort(points.begin(), points.end(), [](const CurvePoint& a, const CurvePoint& b) {
    return a.power != b.power ? a.power < b.power : a.throughput > b.throughput;
  });
  if (!points.empty()) least_ = points.front();
  for (const CurvePoint& point : points) {
    const bool better = frontier_.empty() || point.throughput > frontier_.back().throughput;
    if (better) frontier_.push_back(point);
  }
}

std::optional<CurvePoint> BestUnderCap::Find(Watts cap) const {
  const auto above =
      std::upper_bound(frontier_.begin(), frontier_.end(), cap,
                       [](Watts limit, const CurvePoint& point) { return limit < point.power; });
  if (above == frontier_.begin()) return std::nullopt;
  return *std::prev(above);
}

std::unique_ptr<Policy> MakeOracle(const PolicyOptions& options) {
  return std::make_unique<Oracle>(options);
}

}  // namespace batchsizer::policy
