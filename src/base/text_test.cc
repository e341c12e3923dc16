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
