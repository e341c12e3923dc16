#include "record/report/page_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace batchsizer::record {
namespace {

TEST(EscapeHtml, LeavesNoMarkup) {
  EXPECT_EQ(EscapeHtml("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  EXPECT_EQ(EscapeHtml("caf\xE9 caf\xC3\xA9 \x01 → ok\n"),
            "caf\xEF\xBF\xBD caf\xC3\xA9 \xEF\xBF\xBD → ok\n");
}

TEST(JsonForScript, CannotEndItsElement) {
  const nlohmann::ordered_json value = {{"name", "</script><!--"}, {"lines", "\u2028\u2029é\xE9"}};
  const std::string text = JsonForScript(value);
  EXPECT_EQ(text.find('<'), std::string::npos);
  for (const char c : text) EXPECT_TRUE(c >= ' ' && c < 0x7F) << text;
  EXPECT_EQ(nlohmann::json::parse(text)["name"], "</script><!--");
}

TEST(FillTemplate, PutsValuesInOnce) {
  const std::pair<std::string_view, std::string_view> values[] = {{"a", "{{b}}"}, {"b", "2"}};
  EXPECT_EQ(FillTemplate("{{a}} {{b}} } {", values), "{{b}} 2 } {");
}

TEST(Numbers, AreReadable) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1234567), "1,234,567");
  EXPECT_EQ(Grouped(-123456), "-123,456");
  EXPECT_EQ(Rounded(0.012345), "0.0123");
  EXPECT_EQ(Rounded(12.345), "12.3");
  EXPECT_EQ(Rounded(1234.5), "1,235");
  EXPECT_EQ(Rounded(0), "0");
}

TEST(WithMinus, IsForNumbersAlone) {
  EXPECT_EQ(WithMinus("-22.9 to -8 %"), "−22.9 to −8 %");
  EXPECT_EQ(WithMinus("10-20, power-limit, a - b, -x"), "10-20, power-limit, a - b, -x");
}

}  // namespace
}  // namespace batchsizer::record
