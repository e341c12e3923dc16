#include "cli/view/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "cli/view/panels.h"

namespace batchsizer::cli::view {
namespace {

constexpr int kWideColumns = 120;     // from here on, two lists stand side by side
constexpr int kDecisionColumns = 82;  // that most decisions need

// One row, or a few, for one of the parts.
struct Wish {
  int Rows::*part;
  int up_to;  // the part has no more rows than that by this wish
};

// In the order in which rows are given, as long as there are any.
constexpr std::array kFirst{
    Wish{&Rows::stats, 1},     Wish{&Rows::decisions, 1}, Wish{&Rows::chart, 3},
    Wish{&Rows::stats, 2},     Wish{&Rows::batch, 1},     Wish{&Rows::decisions, 2},
    Wish{&Rows::messages, 1},  Wish{&Rows::chart, 5},     Wish{&Rows::speed, 1},
    Wish{&Rows::decisions, 3}, Wish{&Rows::chart, 6},     Wish{&Rows::messages, 2},
    Wish{&Rows::chart, 7},     Wish{&Rows::decisions, 4},
};
// Then these, one row a round each.
constexpr std::array kThen{
    Wish{&Rows::chart, 24},    Wish{&Rows::decisions, 14}, Wish{&Rows::chart, 24},
    Wish{&Rows::messages, 10}, Wish{&Rows::batch, 3},      Wish{&Rows::speed, 3},
};

class Sharing {
 public:
  Sharing(int height, bool side_by_side) : left_(height), side_by_side_(side_by_side) {}

  bool Spend(int wanted) {
    if (left_ < wanted) return false;
    left_ -= wanted;
    return true;
  }

  void Grant(const Wish& wish) {
    while (rows.*wish.part < wish.up_to && GrantOne(wish.part)) {
    }
  }

  bool GrantOne(int Rows::*part) {
    if (side_by_side_ && part == &Rows::messages) {
      if (rows.messages >= rows.decisions) return false;
    } else if (!Spend(part == &Rows::chart && rows.chart == 0 ? 2 : 1)) {
      return false;  // a chart's first row brings its axis
    }
    ++(rows.*part);
    return true;
  }

  Rows rows;

 private:
  int left_;
  bool side_by_side_;
};

}  // namespace

Rows ShareOut(int height, bool side_by_side) {
  constexpr int kAlways = 3;     // title, progress, power
  constexpr int kHeadings = 20;  // rows from which on there is room for them
  Sharing sharing(std::max(0, height - kAlways), side_by_side);
  if (height >= 10) sharing.rows.keys = sharing.Spend(1);
  if (height >= kHeadings) sharing.rows.headings = sharing.Spend(side_by_side ? 1 : 2);
  for (const Wish& wish : kFirst) sharing.Grant(wish);
  for (bool granted = true; granted;) {
    granted = false;
    for (const Wish& wish : kThen) {
      if (sharing.rows.*wish.part < wish.up_to) {
        granted = sharing.GrantOne(wish.part) || granted;
      }
    }
  }
  sharing.Grant({&Rows::chart, height});
  // A chart of a row or two says nothing: its rows are for words.
  return sharing.rows;
}

Grid Render(const Model& model, int width, int height, bool unicode) {
  Grid grid(std::max(0, width), std::max(0, height), unicode);
  PutTitle(grid, 0, model);
  PutProgress(grid, 1, model);
  if (model.help) {
    PutHelp(grid, 3);
    return grid;
  }
  const bool wide = width >= kWideColumns;
  const Rows rows = ShareOut(height, wide);
  int row = 2;
  PutPower(grid, row++, model);
  row = PutCharts(grid, row, rows, model);
  PutStats(grid, row, rows, model);
  row += rows.stats;
  const int middle = wide ? std::max(kDecisionColumns, width * 3 / 5) : width;
  const int heading = rows.headings ? 1 : 0;
  PutDecisions(grid, {row, 0, rows.decisions + heading, middle}, model, rows.headings);
  if (wide) {
    PutMessages(grid, {row, middle + 1, rows.messages + heading, width - middle - 1}, model,
                rows.headings);
  } else {
    row += rows.decisions + heading;
    PutMessages(grid, {row, 0, rows.messages + heading, width}, model, rows.headings);
  }
  if (rows.keys) PutKeys(grid, height - 1, model);
  return grid;
}

}  // namespace batchsizer::cli::view
