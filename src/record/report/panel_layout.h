// Where a panel's axes lie, and where values fall on them. In pixels as CSS counts them,
// from the panel's left top corner.
//
// Thread safety: free functions without state; plain values.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "record/report/figure.h"
#include "record/report/svg_writer.h"
#include "record/report/ticks.h"

namespace batchsizer::record {

struct PlotAxis {
  Ticks ticks;
  Scale scale = Scale::kLinear;
  double from = 0;  // place of ticks.least
  double to = 1;    // place of ticks.most

  // Not finite for a value that the axis cannot show (0 on a log axis, no value).
  [[nodiscard]] double Place(double value) const;
};

struct PanelLayout {
  double width = 0;
  double height = 0;
  Box plot;
  PlotAxis x;  // over categories: 0 to their number, a category i from i to i + 1
  PlotAxis y;
  std::optional<PlotAxis> second;
  bool turned_categories = false;  // names at a slant, since they are long

  [[nodiscard]] const PlotAxis& VerticalAxis(bool on_second) const {
    return on_second && second ? *second : y;
  }
};

// Room for what stands beside a plot.
struct SideRooms {
  double left = 0;
  double right = 0;
};

// width, height: of the whole panel. least: rooms at its sides, at least.
[[nodiscard]] PanelLayout LayOutPanel(const Panel& panel, double width, double height,
                                      const SideRooms& least = {});

// All panels of a figure, of one size, their plots below one another.
[[nodiscard]] std::vector<PanelLayout> LayOutFigure(const Figure& figure);

// "Throughput (images/s)"
[[nodiscard]] std::string AxisTitle(const Axis& axis);

// The points of a series that are worth drawing: indices, ascending. Those that have no
// place on the x axis are left out; those without a value are gaps.
[[nodiscard]] std::vector<std::size_t> PointsToDraw(const Series& series, const PlotAxis& x);

// A series over categories has its x at their middles.
[[nodiscard]] double XOf(const Series& series, std::size_t index);

// Name of a constant horizontal line's value, for the margin: "191"; "" for others.
[[nodiscard]] std::string MarginLabel(const ReferenceLine& line);

inline constexpr double kTickText = 11;
inline constexpr double kAxisText = 11.5;
inline constexpr double kTitleText = 12.5;

}  // namespace batchsizer::record
