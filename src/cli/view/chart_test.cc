#include "cli/view/chart.h"

#include <gtest/gtest.h>

namespace batchsizer::cli::view {
namespace {

Slice Power(double peak_w, double cap_w) {
  return {.seconds = 1, .peak_w = peak_w, .cap_w = cap_w, .above_cap = peak_w > 1.005 * cap_w};
}

std::string PowerText(const std::vector<Slice>& slices, int rows, double watts_a_row,
                      bool unicode = true) {
  const int columns = static_cast<int>(slices.size());
  Grid grid(columns, rows, unicode);
  DrawPower(grid, {0, 0, rows, columns}, slices, watts_a_row);
  std::string text = "\n";  // as raw strings of several lines begin
  text += grid.ToText();
  return text;
}

TEST(Chart, DrawsPowerBelowTheCap) {
  EXPECT_EQ(PowerText({Power(5, 35), Power(10, 35), Power(15, 35), Power(29, 35)}, 4, 10), R"(
━━━━
   ▇
  ▄█
▄███
)");
}

TEST(Chart, CrossesTheCapWherePowerIsAboveIt) {
  EXPECT_EQ(PowerText({Power(18, 15), Power(35, 15), Power(40, 15), Power(14, 15)}, 4, 10), R"(
 ▄▓
 ▓▓
╋╋╋━
████
)");
}

TEST(Chart, ShowsACapThatMoved) {
  EXPECT_EQ(PowerText({Power(8, 25), Power(8, 25), Power(8, 15), Power(8, 15)}, 3, 10), R"(
━━
  ━━
▆▆▆▆
)");
}

TEST(Chart, LeavesAColumnWithoutReadingEmptyButForTheCap) {
  EXPECT_EQ(PowerText({Power(8, 15), Power(-1, 15), {}}, 2, 10), R"(
━━
▆
)");
}

TEST(Chart, WorksInAscii) {
  EXPECT_EQ(PowerText({Power(18, 25), Power(45, 25), Power(21, 25)}, 5, 10, false), R"(
 :
 !
-+-
:::
:::
)");
}

TEST(Chart, TakesRoundStepsThatHoldTheHighestValue) {
  EXPECT_EQ(WattsARow({Power(100, 200)}, 8), 30);
  EXPECT_EQ(WattsARow({Power(100, 200)}, 10), 25);
  EXPECT_EQ(WattsARow({Power(250, 200)}, 5), 60);
  EXPECT_DOUBLE_EQ(WattsARow({Power(3.9, 4)}, 8), 0.6);
  for (const double cap : {0.5, 7.0, 99.9, 100.0, 1234.5}) {
    for (int rows = 1; rows < 30; ++rows) {
      EXPECT_LT(RowOf(cap, WattsARow({Power(1, cap)}, rows)), rows) << cap << " in " << rows;
    }
  }
}

TEST(Chart, NeedsNoSlices) { EXPECT_GT(WattsARow({}, 4), 0); }

TEST(Chart, DrawsAreasOfEighths) {
  Grid grid(5, 2, true);
  DrawArea(grid, {0, 0, 2, 5}, {0.0, 0.25, std::nullopt, 0.75, 1.0}, Style::kBatch);
  EXPECT_EQ(grid.ToText(), "   ▄█\n▁▄ ██\n");
}

TEST(Chart, DrawsOneRowInAsciiAsARamp) {
  Grid grid(3, 1, false);
  DrawArea(grid, {0, 0, 1, 3}, {0.1, 0.5, 1.0}, Style::kBatch);
  EXPECT_EQ(grid.ToText(), ".:#\n");
}

TEST(Chart, DrawsABar) {
  Grid grid(10, 1, true);
  DrawBar(grid, 0, 0, 10, 0.55);
  EXPECT_EQ(grid.ToText(), "█████░░░░░\n");
}

}  // namespace
}  // namespace batchsizer::cli::view
