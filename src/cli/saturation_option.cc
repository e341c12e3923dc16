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

// Power-limit works at the largest batch size, unless it is told another. The others that
// do not turn the batch size have one of their own.
Status CheckPolicy(const PolicyOptions& policy) {
  const auto names = PolicyNames();
  const bool known = std::find(names.begin(), names.end(), policy.name) != names.end();
  const bool largest = policy.name == "power-limit" && !policy.fixed_batch_size;
  if (!known || largest || TurnsBatchSize(policy.name)) return {};  // unknown: told later
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: policy '{}' does not turn the batch size; use it with "
                               "'batchsizer' or 'paper', or leave it out",
                               kOption, policy.name));
}

}  // namespace

Result<std::string> LimitToSaturation(const std::string& path, PolicyOptions& policy) {
  if (auto ok = CheckPolicy(policy); !ok) return tl::unexpected(ok.error());
  const auto curve = sim::Curve::Read(path);
  if (!curve) return Annotate(kOption, curve.error());
  if (curve->smallest() == curve->largest()) {
    return fmt::format(
        "{}: {} has one batch size alone, which tells nothing: every batch size stays", kOption,
        path);
  }
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
