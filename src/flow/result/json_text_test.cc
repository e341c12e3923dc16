#include "flow/result/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace batchsizer::flow {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

TEST(JsonText, EscapesWhatJsonMustEscape) {
  EXPECT_EQ(Quoted("a\"b\\c\n"), "\"a\\\"b\\\\c\\u000a\"");
  EXPECT_EQ(Quoted("Grüße/日本.jpg"), "\"Grüße/日本.jpg\"");
}

TEST(JsonText, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(Quoted("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(Quoted("\xC3"), "\"\xEF\xBF\xBD\"");                      // cut short
  EXPECT_EQ(Quoted("\xED\xA0\x80").find('\xED'), std::string::npos);  // a surrogate
}

TEST(JsonText, IsAlwaysValidJson) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second), 'x'};
      EXPECT_TRUE(nlohmann::json::accept(Quoted(text))) << first << ' ' << second;
    }
  }
}

}  // namespace
}  // namespace batchsizer::flow
