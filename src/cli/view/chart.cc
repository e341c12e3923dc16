#include "cli/view/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace batchsizer::cli::view {
namespace {

struct Glyphs {
  std::u32string_view eighths;  // of a cell, from the bottom: 1 to 8
  char32_t excess;              // a cell above the cap
  char32_t cap;
  char32_t cap_crossed;  // power is above it
  char32_t bar_done;
  char32_t bar_left;
};

constexpr Glyphs kUnicode{U"▁▂▃▄▅▆▇█", U'▓', U'━', U'╋', U'█', U'░'};
constexpr Glyphs kAscii{U"..::::::", U'!', U'-', U'+', U'#', U'.'};
// Of one row there is not much room: a ramp of marks that grow.
constexpr std::u32string_view kAsciiRamp = U"..::-=+#";

const Glyphs& GlyphsOf(const Grid& grid) { return grid.unicode() ? kUnicode : kAscii; }

// Eighths of the cell that is so many rows above the bottom, for an area so high.
int EighthsAt(double height_in_rows, int row) {
  return static_cast<int>(std::lround(std::clamp(height_in_rows - row, 0.0, 1.0) * 8));
}

Cell PowerCell(const Slice& slice, int row, double watts_a_row, const Glyphs& glyphs) {
  const int cap_row = RowOf(slice.cap_w, watts_a_row);
  const bool known = slice.peak_w >= 0;
  if (row == cap_row) {
    return slice.above_cap ? Cell{glyphs.cap_crossed, Style::kExcess}
                           : Cell{glyphs.cap, Style::kCap};
  }
  if (!known || (row > cap_row && !slice.above_cap)) return {};
  const int eighths = EighthsAt(slice.peak_w / watts_a_row, row);
  if (eighths == 0) return {};
  if (row > cap_row) {
    const bool whole = eighths == 8;
    return {whole ? glyphs.excess : glyphs.eighths[static_cast<std::size_t>(eighths - 1)],
            Style::kExcess};
  }
  return {glyphs.eighths[static_cast<std::size_t>(eighths - 1)], Style::kPower};
}

}  // namespace

double WattsARow(const std::vector<Slice>& slices, int rows) {
  double highest = 0;
  for (const Slice& slice : slices) highest = std::max({highest, slice.peak_w, slice.cap_w});
  const double least = std::max(highest * 1.001 / rows, 1e-3);
  const double power_of_ten = std::pow(10.0, std::floor(std::log10(least)));
  for (const double step : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0}) {
    if (step * power_of_ten >= least) return step * power_of_ten;
  }
  return 10 * power_of_ten;
}

int RowOf(double power_w, double watts_a_row) {
  return static_cast<int>(std::floor(power_w / watts_a_row));
}

void DrawPower(Grid& grid, const Box& box, const std::vector<Slice>& slices, double watts_a_row) {
  const Glyphs& glyphs = GlyphsOf(grid);
  for (int column = 0; column < box.columns; ++column) {
    const Slice& slice = slices[static_cast<std::size_t>(column)];
    if (slice.seconds <= 0) continue;
    for (int row = 0; row < box.rows; ++row) {
      const Cell cell = PowerCell(slice, row, watts_a_row, glyphs);
      grid.Put(box.row + box.rows - 1 - row, box.column + column, cell.glyph, cell.style);
    }
  }
}

void DrawArea(Grid& grid, const Box& box, const std::vector<std::optional<double>>& values,
              Style style) {
  const bool ramp = box.rows == 1 && !grid.unicode();
  const auto& eighths = ramp ? kAsciiRamp : GlyphsOf(grid).eighths;
  for (int column = 0; column < box.columns; ++column) {
    const auto& value = values[static_cast<std::size_t>(column)];
    if (!value) continue;
    for (int row = 0; row < box.rows; ++row) {
      int filled = EighthsAt(*value * box.rows, row);
      if (row == 0) filled = std::max(filled, 1);  // there, if hardly so
      if (filled == 0) continue;
      grid.Put(box.row + box.rows - 1 - row, box.column + column,
               eighths[static_cast<std::size_t>(filled - 1)], style);
    }
  }
}

void DrawBar(Grid& grid, int row, int column, int columns, double done) {
  const Glyphs& glyphs = GlyphsOf(grid);
  const auto filled = static_cast<int>(std::floor(std::clamp(done, 0.0, 1.0) * columns));
  for (int at = 0; at < columns; ++at) {
    const bool full = at < filled;
    grid.Put(row, column + at, full ? glyphs.bar_done : glyphs.bar_left,
             full ? Style::kDone : Style::kFaint);
  }
}

}  // namespace batchsizer::cli::view
