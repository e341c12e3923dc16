// Charts of characters: numbers in, cells of a grid out.
//
// Power is an area, the cap a line across it; where power went above the cap, the
// line is crossed and the excess stands above it in another pattern, so that it is
// seen without colours, too.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <vector>

#include "cli/view/grid.h"
#include "cli/view/history.h"

namespace batchsizer::cli::view {

// A part of a grid.
struct Box {
  int row = 0;
  int column = 0;
  int rows = 0;
  int columns = 0;
};

// Watts that a row of a chart stands for: a round number, such that the highest cap
// and peak of the slices lie inside so many rows. REQUIRES: rows >= 1.
[[nodiscard]] double WattsARow(const std::vector<Slice>& slices, int rows);

// The row, counted from the bottom, in which so many watts lie.
[[nodiscard]] int RowOf(double power_w, double watts_a_row);

// One slice a column. REQUIRES: as many slices as columns.
void DrawPower(Grid& grid, const Box& box, const std::vector<Slice>& slices, double watts_a_row);

// An area under values of 0 to 1; empty: nothing is known. REQUIRES: as many values
// as columns.
void DrawArea(Grid& grid, const Box& box, const std::vector<std::optional<double>>& values,
              Style style);

// A bar of so many columns, done (0 to 1) of it filled.
void DrawBar(Grid& grid, int row, int column, int columns, double done);

}  // namespace batchsizer::cli::view
