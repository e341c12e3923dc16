// Numbers and decisions in the words of the live view.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "batchsizer/policy.h"

namespace batchsizer::cli::view {

// "1,234,567".
[[nodiscard]] std::string Grouped(std::int64_t number);
// "0:04:10", "2 d 03:04:05"; "-:--:--" when it is not known.
[[nodiscard]] std::string ClockText(std::optional<double> seconds);
// "5 min", "20 s".
[[nodiscard]] std::string SpanText(double seconds);
// Three digits or so that matter: "8.31", "83.1", "831", "8,310".
[[nodiscard]] std::string RateText(double rate);
// "0.8 %"; "<0.1 %" for what is hardly anything.
[[nodiscard]] std::string ShareText(double part, double whole);

// "room below the cap".
[[nodiscard]] std::string_view InWords(Reason reason);
// "16 → 32", or with clocks where only those change; "32" when nothing does.
[[nodiscard]] std::string ChangeText(const Setting& from, const Setting& to, bool unicode);

}  // namespace batchsizer::cli::view
