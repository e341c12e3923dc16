#include "cli/view/grid.h"

#include <gtest/gtest.h>

namespace batchsizer::cli::view {
namespace {

TEST(Grid, CutsWhatLiesOutside) {
  Grid grid(5, 2, true);
  grid.Put(0, 3, "abc", Style::kPlain);
  grid.Put(2, 0, "below", Style::kPlain);
  grid.Put(1, -1, U'x', Style::kPlain);
  EXPECT_EQ(grid.ToText(), "   ab\n\n");
}

TEST(Grid, WritesNoFurtherThanTheColumnGiven) {
  Grid grid(10, 1, true);
  EXPECT_EQ(grid.Put(0, 1, "abcdef", Style::kPlain, 4), 4);
  EXPECT_EQ(grid.ToText(), " abc\n");
}

TEST(Grid, GivesWideCharactersTwoColumnsOrNone) {
  Grid grid(6, 1, true);
  EXPECT_EQ(grid.Put(0, 0, "a名b", Style::kPlain), 4);
  EXPECT_EQ(grid.At(0, 2).glyph, U'\0');
  EXPECT_EQ(grid.Put(0, 4, "x名", Style::kPlain), 5);
  EXPECT_EQ(grid.ToText(), "a名bx\n");
}

TEST(Grid, LeavesOutWhatCombinesAndReplacesControls) {
  Grid grid(10, 1, true);
  grid.Put(0, 0, "e\xcc\x81 \x1b[31m\xff", Style::kPlain);
  EXPECT_EQ(grid.ToText(), "e ?[31m?\n");
}

TEST(Grid, WithoutUnicodeHoldsAsciiOnly) {
  Grid grid(8, 1, false);
  grid.Put(0, 0, "ö名z", Style::kPlain);
  grid.Put(0, 5, U'█', Style::kPlain);
  EXPECT_EQ(grid.ToText(), "???z ?\n");
}

TEST(Grid, PutsTextAtTheRight) {
  Grid grid(6, 1, true);
  grid.PutRight(0, 5, "→1", Style::kPlain);
  EXPECT_EQ(grid.ToText(), "   →1\n");
}

}  // namespace
}  // namespace batchsizer::cli::view
