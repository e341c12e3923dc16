// A power cap as a text: a number of watts, or a percentage of the device's maximum.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string_view>

#include "batchsizer/result.h"
#include "batchsizer/units.h"

namespace batchsizer::control {

inline constexpr std::string_view kCapForms = "120, 120W or 70%";

// "120", "120W" or "70%", with blanks around. max_power: of the device, where known;
// forms: what would be right, for the message. Errors: kInvalidInput, quoting text.
[[nodiscard]] Result<Watts> ParseCapValue(std::string_view text, std::optional<Watts> max_power,
                                          std::string_view forms = kCapForms);

// What a cap file holds: one such value on a line of its own; empty lines and lines
// that start with # are skipped. More than 3 x max_power is refused as well: as a rule
// it is another unit (sysfs has microwatts). Errors: kInvalidInput, with the value
// shortened and printable.
[[nodiscard]] Result<Watts> ParseCapFile(std::string_view text, std::optional<Watts> max_power);

}  // namespace batchsizer::control
