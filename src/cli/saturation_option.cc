#include "cli/saturation_option.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/saturation.h"

namespace batchsizer::cli {
namespace {

constexpr std::string_view kOption = "--saturation-from";

Megahertz ClockFor(const sim::Curve& curve, const PolicyOptions& policy) {
  const auto clocks = curve.clocks();
  const bool known = policy.start_clock &&
                     std::find(clocks.begin(), clocks.end(), *policy.start_clock) != clocks.end();
  return known ? *policy.start_clock : clocks.back();
}

}  // namespace

Result<std::string> LimitToSaturation(const std::string& path, PolicyOptions& policy) {
  const auto curve = sim::Curve::Read(path);
  if (!curve) return Annotate(kOption, curve.error());
  const auto saturation = sim::SaturationBatch(*curve, ClockFor(*curve, policy));
  if (!saturation) {
    return fmt::format("{}: {} does not saturate up to {}: every batch size stays", kOption, path,
                       curve->largest().value());
  }
  if (policy.batch_sizes.front() > *saturation) {
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("{}: {} saturates at {}, and the smallest batch size is {}; give "
                    "smaller ones with --batch-sizes",
                    kOption, path, saturation->value(), policy.batch_sizes.front().value()));
  }
  std::erase_if(policy.batch_sizes, [&](BatchSize size) { return size > *saturation; });
  return fmt::format("{}: {} saturates at {}: batch sizes up to {}", kOption, path,
                     saturation->value(), policy.batch_sizes.back().value());
}

}  // namespace batchsizer::cli
