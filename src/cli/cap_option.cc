#include "cli/cap_option.h"

#include <fmt/format.h>

#include "base/text.h"
#include "control/cap_trace.h"

namespace batchsizer::cli {
namespace {

constexpr std::string_view kForms = "120, 120W, 70% or trace:FILE";

tl::unexpected<Error> Invalid(std::string_view text, std::string_view what) {
  return MakeError(ErrorCode::kInvalidInput, fmt::format("--power-cap: '{}' {}", text, what));
}

Result<std::vector<SteppedCap::Step>> Fixed(Watts cap) {
  return std::vector<SteppedCap::Step>{{Duration(0), cap}};
}

Result<std::vector<SteppedCap::Step>> Percentage(std::string_view text, std::string_view number,
                                                 std::optional<Watts> max_power) {
  const auto percent = base::ParseNumber(number);
  if (!percent) return Invalid(text, "is not a percentage; right would be 70%");
  if (!(*percent > 0 && *percent <= 100)) return Invalid(text, "is outside 0% < cap <= 100%");
  if (!max_power) {
    return Invalid(text, "needs the device's maximum power, which is not known here; give watts");
  }
  return Fixed(*percent / 100.0 * *max_power);
}

}  // namespace

Result<std::vector<SteppedCap::Step>> ParsePowerCap(const std::string& text,
                                                    std::optional<Watts> max_power) {
  const std::string_view trimmed = base::Trim(text);
  constexpr std::string_view kTrace = "trace:";
  if (trimmed.starts_with(kTrace)) {
    auto steps = control::ReadCapTrace(std::string(trimmed.substr(kTrace.size())));
    if (!steps) return Annotate("--power-cap", steps.error());
    return steps;
  }
  if (trimmed == "enforced" || trimmed.starts_with("file:")) {
    return MakeError(
        ErrorCode::kUnsupported,
        fmt::format("--power-cap: '{}' is not supported by this version; use {}", text, kForms));
  }
  if (trimmed.ends_with('%')) {
    return Percentage(text, trimmed.substr(0, trimmed.size() - 1), max_power);
  }
  std::string_view number = trimmed;
  if (number.ends_with('W') || number.ends_with('w')) number.remove_suffix(1);
  const auto watts = base::ParseNumber(number);
  if (!watts) return Invalid(text, fmt::format("is not a power cap; right would be {}", kForms));
  if (!(*watts > 0)) return Invalid(text, "is not above 0 W");
  return Fixed(Watts(*watts));
}

}  // namespace batchsizer::cli
