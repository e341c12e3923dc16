// One frame of the live view: what is known of a run, laid out for so many columns
// and rows. What matters least goes first where there is little room.
//
// Thread safety: free functions without state.
#pragma once

#include "cli/view/grid.h"
#include "cli/view/model.h"

namespace batchsizer::cli::view {

// How many rows each part of the view gets.
struct Rows {
  int stats = 0;
  int chart = 0;  // of power; with a time axis below
  int batch = 0;
  int speed = 0;
  int decisions = 0;
  int messages = 0;
  bool headings = false;
  bool keys = false;
};
// side_by_side: decisions and messages share their rows.
[[nodiscard]] Rows ShareOut(int height, bool side_by_side);

[[nodiscard]] Grid Render(const Model& model, int width, int height, bool unicode);

}  // namespace batchsizer::cli::view
