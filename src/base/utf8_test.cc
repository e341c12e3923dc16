#include "base/utf8.h"

#include <gtest/gtest.h>

namespace batchsizer::base {
namespace {

TEST(Utf8Length, IsThatOfTheFirstCharacter) {
  EXPECT_EQ(Utf8Length("ab"), 1U);
  EXPECT_EQ(Utf8Length("\xC3\xA9t\xC3\xA9"), 2U);
  EXPECT_EQ(Utf8Length("\xE2\x82\xAC"), 3U);
  EXPECT_EQ(Utf8Length("\xF0\x9F\x93\xB7"), 4U);
}

TEST(Utf8Length, IsZeroForWhatIsNoCharacter) {
  EXPECT_EQ(Utf8Length("\xE9t\xE9"), 0U);         // Latin-1
  EXPECT_EQ(Utf8Length("\xC3"), 0U);              // cut short
  EXPECT_EQ(Utf8Length("\xC0\xAF"), 0U);          // longer than need be
  EXPECT_EQ(Utf8Length("\xED\xA0\x80"), 0U);      // a surrogate
  EXPECT_EQ(Utf8Length("\xF4\x90\x80\x80"), 0U);  // beyond Unicode
}

TEST(ToValidUtf8, ReplacesEachByteThatBelongsToNoCharacter) {
  EXPECT_EQ(ToValidUtf8("caf\xC3\xA9"), "caf\xC3\xA9");
  EXPECT_EQ(ToValidUtf8("caf\xE9.jpg"), "caf\xEF\xBF\xBD.jpg");
  EXPECT_EQ(ToValidUtf8(""), "");
}

}  // namespace
}  // namespace batchsizer::base
