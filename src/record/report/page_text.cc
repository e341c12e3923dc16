#include "record/report/page_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/utf8.h"

namespace batchsizer::record {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string_view Entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      break;
  }
  const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  return control && c != '\n' && c != '\t' ? kReplacement : std::string_view();
}

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  for (const char c : base::ToValidUtf8(text)) {
    const auto entity = Entity(c);
    if (entity.empty()) {
      escaped += c;
    } else {
      escaped += entity;
    }
  }
  return escaped;
}

std::string JsonForScript(const nlohmann::ordered_json& value) {
  constexpr int kOneLine = -1;
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  const std::string plain = value.dump(kOneLine, ' ', /*ensure_ascii=*/true, kReplace);
  std::string safe;
  safe.reserve(plain.size());
  for (const char c : plain) {
    if (c == '<') {
      safe += "\\u003c";  // nothing in it can end the script element
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string FillTemplate(std::string_view text,
                         std::span<const std::pair<std::string_view, std::string_view>> values) {
  std::string filled;
  for (;;) {
    const auto open = text.find("{{");
    if (open == std::string_view::npos) break;
    const auto close = text.find("}}", open);
    BATCHSIZER_CHECK(close != std::string_view::npos);
    const auto name = text.substr(open + 2, close - open - 2);
    const auto value = std::find_if(values.begin(), values.end(),
                                    [name](const auto& pair) { return pair.first == name; });
    BATCHSIZER_CHECK(value != values.end());
    filled += text.substr(0, open);
    filled += value->second;
    text.remove_prefix(close + 2);
  }
  filled += text;
  return filled;
}

std::string WithMinus(std::string_view text) {
  std::string changed;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = i == 0 || text[i - 1] == ' ' || text[i - 1] == '(';
    const bool digit = i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9';
    changed += text[i] == '-' && begins && digit ? std::string("−") : std::string(1, text[i]);
  }
  return changed;
}

std::string Grouped(std::int64_t value) {
  std::string digits = fmt::format("{}", value);
  const std::ptrdiff_t first = value < 0 ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string Rounded(double value) {
  constexpr double kWhole = 1000;
  if (std::abs(value) >= kWhole && std::abs(value) < 1e15) return Grouped(std::llround(value));
  return fmt::format("{:.3g}", value);
}

}  // namespace batchsizer::record
