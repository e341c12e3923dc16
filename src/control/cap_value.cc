#include "control/cap_value.h"

#include <fmt/format.h>

#include <string>

#include "base/text.h"
#include "base/utf8.h"

namespace batchsizer::control {
namespace {

constexpr double kMostTimesMaximum = 3;  // as the sensor guard has it

tl::unexpected<Error> Invalid(std::string_view text, std::string_view what) {
  return MakeError(ErrorCode::kInvalidInput, fmt::format("'{}' {}", text, what));
}

Result<Watts> ParsePercentage(std::string_view text, std::string_view number,
                              std::optional<Watts> max_power) {
  const auto percent = base::ParseNumber(number);
  if (!percent) return Invalid(text, "is not a percentage; right would be 70%");
  if (!(*percent > 0 && *percent <= 100)) return Invalid(text, "is outside 0% < cap <= 100%");
  if (!max_power) {
    return Invalid(text, "needs the device's maximum power, which is not known here; give watts");
  }
  return *percent / 100.0 * *max_power;
}

// Short enough for a message, and nothing that a terminal would obey.
std::string Shown(std::string_view text) {
  constexpr std::size_t kMostBytes = 40;
  std::string shown = base::ToValidUtf8(text);
  if (shown.size() > kMostBytes) {
    std::size_t end = kMostBytes;
    while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;
    shown.resize(end);
    shown += "...";
  }
  for (char& c : shown) {
    if ((c >= 0 && c < ' ') || c == 0x7F) c = '?';
  }
  return shown;
}

// The only line of text that says something.
Result<std::string_view> OnlyValue(std::string_view text) {
  std::string_view value;
  for (const auto line : base::Split(text, '\n')) {
    const std::string_view word = base::Trim(line);
    if (word.empty() || word.starts_with('#')) continue;
    if (!value.empty()) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("holds '{}' and '{}'; right would be one value, such as {}",
                                   Shown(value), Shown(word), kCapForms));
    }
    value = word;
  }
  if (!value.empty()) return value;
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("holds no power cap; right would be {}", kCapForms));
}

}  // namespace

Result<Watts> ParseCapValue(std::string_view text, std::optional<Watts> max_power,
                            std::string_view forms) {
  const std::string_view trimmed = base::Trim(text);
  if (trimmed.ends_with('%')) {
    return ParsePercentage(text, trimmed.substr(0, trimmed.size() - 1), max_power);
  }
  std::string_view number = trimmed;
  if (number.ends_with('W') || number.ends_with('w')) number.remove_suffix(1);
  const auto watts = base::ParseNumber(number);
  if (!watts) return Invalid(text, fmt::format("is not a power cap; right would be {}", forms));
  if (!(*watts > 0)) {
    return Invalid(text, fmt::format("is not above 0 W; right would be {}", forms));
  }
  return Watts(*watts);
}

Result<Watts> ParseCapFile(std::string_view text, std::optional<Watts> max_power) {
  const auto value = OnlyValue(text);
  if (!value) return tl::unexpected(value.error());
  const std::string shown = Shown(*value);
  // What was cut or replaced is no number in full either.
  auto cap = ParseCapValue(shown, max_power);
  if (!cap || !max_power || *cap <= kMostTimesMaximum * *max_power) return cap;
  return Invalid(shown, fmt::format("is more than 3 x the device's maximum of {:g} W; right would "
                                    "be watts, such as {}",
                                    max_power->value(), kCapForms));
}

}  // namespace batchsizer::control
