// Putting text into an HTML page so that it stays text, whatever is in it.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace batchsizer::record {

// For element content and for attribute values in quotes. What is not UTF-8 or a
// control character becomes U+FFFD.
[[nodiscard]] std::string EscapeHtml(std::string_view text);

// As the content of <script type="application/json">: ASCII without '<'.
[[nodiscard]] std::string JsonForScript(const nlohmann::ordered_json& value);

// text with each {{name}} replaced. What is put in is not looked at again.
// REQUIRES: every name in text is in values.
[[nodiscard]] std::string FillTemplate(
    std::string_view text, std::span<const std::pair<std::string_view, std::string_view>> values);

// "−8 %" for "-8 %", as numbers in tables have it: at each '-' that begins a number.
[[nodiscard]] std::string WithMinus(std::string_view text);
// "1,234,567"
[[nodiscard]] std::string Grouped(std::int64_t value);
// With three digits that mean something, or all before the point: "0.0123", "12.3", "1,235".
[[nodiscard]] std::string Rounded(double value);

}  // namespace batchsizer::record
