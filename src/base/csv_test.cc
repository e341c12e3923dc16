#include "base/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace batchsizer::base {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::array<std::string_view, 2> kColumns{"time_s", "power_w"};

std::string ErrorOf(std::string_view text) {
  const auto rows = ParseNumberCsv(text, "t.csv", kColumns);
  return rows ? "" : rows.error().message;
}

TEST(NumberCsv, SkipsCommentsAndBlankLines) {
  const auto rows =
      ParseNumberCsv("# made by hand\n\ntime_s,power_w\r\n0, 1\n# x\n1,2.5\n", "t.csv", kColumns);
  ASSERT_TRUE(rows.has_value());
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_THAT((*rows)[1].cells, ElementsAre(1.0, 2.5));
  EXPECT_EQ((*rows)[1].line, 6);
}

TEST(NumberCsv, NamesFileLineAndColumn) {
  EXPECT_EQ(ErrorOf("time_s,power_w\n0,1\n1,\n"),
            "t.csv:3: power_w: the cell is empty; a number is needed");
  EXPECT_EQ(ErrorOf("time_s,power_w\n0,1OW\n"), "t.csv:2: power_w: '1OW' is not a number");
  EXPECT_THAT(ErrorOf("time_s,power_w\n0\n"), HasSubstr("t.csv:2: 1 cells; 2 are needed"));
  EXPECT_THAT(ErrorOf("t,p\n0,1\n"), HasSubstr("it must be 'time_s,power_w'"));
  EXPECT_THAT(ErrorOf(""), HasSubstr("empty"));
}

TEST(NumberCsv, TakesNanOnlyWhereItMayStand) {
  EXPECT_THAT(ErrorOf("time_s,power_w\n0,nan\n"), HasSubstr("not a number"));
  const auto rows = ParseNumberCsv("time_s,power_w\n0,nan\n", "t.csv", kColumns, "power_w");
  ASSERT_TRUE(rows.has_value());
  EXPECT_TRUE(std::isnan((*rows)[0].cells[1]));
}

}  // namespace
}  // namespace batchsizer::base
