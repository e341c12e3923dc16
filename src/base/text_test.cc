#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace batchsizer::base {
namespace {

TEST(ParseNumber, TakesWholeTextOnly) {
  EXPECT_EQ(ParseNumber(" 12.5 "), 12.5);
  EXPECT_EQ(ParseNumber("+3"), 3.0);
  EXPECT_EQ(ParseNumber("12OW"), std::nullopt);
  EXPECT_EQ(ParseNumber(""), std::nullopt);
  EXPECT_EQ(ParseNumber("1 2"), std::nullopt);
}

TEST(ParseNumber, RefusesNanAndInfinity) {
  EXPECT_EQ(ParseNumber("nan"), std::nullopt);
  EXPECT_EQ(ParseNumber("inf"), std::nullopt);
  EXPECT_EQ(ParseNumber("-infinity"), std::nullopt);
}

TEST(ParseInteger, RefusesFractions) {
  EXPECT_EQ(ParseInteger("16"), 16);
  EXPECT_EQ(ParseInteger("16.5"), std::nullopt);
}

TEST(ParseBytes, KnowsUnitsInAnyCase) {
  EXPECT_EQ(ParseBytes("4096"), 4096U);
  EXPECT_EQ(ParseBytes("512MiB"), std::uint64_t{512} << 20U);
  EXPECT_EQ(ParseBytes(" 2 gb "), std::uint64_t{2} << 30U);
  EXPECT_EQ(ParseBytes("3k"), 3072U);
  EXPECT_EQ(ParseBytes("1T"), std::uint64_t{1} << 40U);
}

TEST(ParseBytes, RefusesWhatIsNoAmount) {
  for (const char* text : {"", "MiB", "-1", "1.5G", "12X", "1MiBs", "1 2", "99999999999999999999",
                           "99999999999999T"}) {
    EXPECT_EQ(ParseBytes(text), std::nullopt) << text;
  }
}

TEST(Split, KeepsEmptyCells) {
  const auto cells = Split("1,,3,", ',');
  ASSERT_EQ(cells.size(), 4U);
  EXPECT_EQ(cells[1], "");
  EXPECT_EQ(cells[3], "");
}

TEST(Nearest, NamesATypoAndNotAStranger) {
  constexpr std::array<std::string_view, 3> kNames{"batchsizer", "dvfs", "pit"};
  EXPECT_EQ(Nearest("batchsizr", kNames), "batchsizer");
  EXPECT_EQ(Nearest("dvsf", kNames), "dvfs");
  EXPECT_EQ(Nearest("zzzzzzzzzzzz", kNames), std::nullopt);
}

}  // namespace
}  // namespace batchsizer::base
