#include "record/report/panel_layout.h"

#include <algorithm>
#include <cmath>

#include "record/report/page_text.h"
#include "record/report/thin.h"

namespace batchsizer::record {
namespace {

constexpr double kGap = 5;             // between tick labels and the frame
constexpr double kTickHeight = 15;     // a row of tick labels
constexpr double kAxisTitleRoom = 18;  // a row (or column) of an axis' title
constexpr double kMostCategoryRoom = 96;

bool HasBars(const Panel& panel) {
  return std::any_of(panel.series.begin(), panel.series.end(),
                     [](const Series& series) { return series.kind == SeriesKind::kBars; });
}

void AddAll(Extent& extent, const std::vector<double>& values, Scale scale) {
  for (const double value : values) extent.Add(value, scale);
}

// Bars begin at 0, or, where there is none, below the smallest; and values stand at
// their ends.
void AddRoomForBars(Extent& extent, Scale scale) {
  if (scale == Scale::kLog2) {
    extent.Add(extent.least / 2, scale);
    extent.Add(extent.most * 1.2, scale);
    return;
  }
  extent.Add(0, scale);
  const double room = 0.06 * (extent.most - extent.least);
  if (extent.most > 0) extent.Add(extent.most + room, scale);
  if (extent.least < 0) extent.Add(extent.least - room, scale);
}

Extent VerticalExtent(const Panel& panel, const Axis& axis, bool second) {
  Extent extent;
  for (const auto& series : panel.series) {
    if (series.on_second_axis != second) continue;
    AddAll(extent, series.y, axis.scale);
    AddAll(extent, series.low, axis.scale);
    AddAll(extent, series.high, axis.scale);
  }
  for (const auto& line : panel.references) {
    const bool horizontal = line.direction == ReferenceLine::Direction::kHorizontal;
    if (horizontal && line.on_second_axis == second) AddAll(extent, line.y, axis.scale);
  }
  for (const auto& band : second ? std::vector<Band>() : panel.bands) {
    AddAll(extent, band.low, axis.scale);
    AddAll(extent, band.high, axis.scale);
  }
  if (HasBars(panel) && !extent.empty) AddRoomForBars(extent, axis.scale);
  return extent;
}

Extent HorizontalExtent(const Panel& panel) {
  Extent extent;
  for (const auto& series : panel.series) AddAll(extent, series.x, panel.x.scale);
  for (const auto& line : panel.references) {
    const bool vertical = line.direction == ReferenceLine::Direction::kVertical;
    if (vertical) AddAll(extent, line.y, panel.x.scale);
  }
  for (const auto& note : panel.annotations) extent.Add(note.x, panel.x.scale);
  return extent;
}

double WidestLabel(const Ticks& ticks) {
  double widest = 0;
  for (const auto& tick : ticks.ticks) widest = std::max(widest, TextWidth(tick.label, kTickText));
  return widest;
}

double WidestCategory(const Panel& panel) {
  double widest = 0;
  for (const auto& name : panel.categories) widest = std::max(widest, TextWidth(name, kTickText));
  return widest;
}

double SideRoom(const Axis& axis, const Ticks& ticks) {
  const bool titled = !AxisTitle(axis).empty();
  return WidestLabel(ticks) + kGap + (titled ? kAxisTitleRoom : 2);
}

double RightRoom(const Panel& panel, const PanelLayout& layout) {
  if (layout.second) return SideRoom(*panel.second, layout.second->ticks) + 2;
  double room = 12;
  for (const auto& line : panel.references) {
    const std::string label = MarginLabel(line);
    if (!label.empty()) room = std::max(room, TextWidth(label, kTickText) + kGap + 2);
  }
  return room;
}

double TopRoom(const Panel& panel) {
  const bool guides =
      std::any_of(panel.references.begin(), panel.references.end(), [](const ReferenceLine& line) {
        return line.direction == ReferenceLine::Direction::kVertical;
      });
  return 7 + (panel.title.empty() ? 0 : 18) + (guides ? 14 : 0);
}

double BottomRoom(const Panel& panel, const PanelLayout& layout) {
  double room = kTickHeight + 4;
  if (layout.turned_categories) {
    room = std::min(kMostCategoryRoom, WidestCategory(panel) * 0.71 + kTickHeight);
  }
  if (!panel.groups.empty()) room += kTickHeight + 3;
  if (!AxisTitle(panel.x).empty()) room += kAxisTitleRoom - 2;
  return room;
}

PlotAxis VerticalAxisOf(const Panel& panel, const Axis& axis, bool second, double height) {
  // Doublings are few, and closer together still easy to tell apart.
  const double apart = axis.scale == Scale::kLog2 ? 24 : 38;
  const int rows = std::max(2, static_cast<int>((height - 60) / apart));
  return {MakeTicks(axis, VerticalExtent(panel, axis, second), rows, false), axis.scale, 0, 0};
}

PlotAxis CategoryAxis(const Panel& panel) {
  return {{0, static_cast<double>(panel.categories.size()), {}}, Scale::kLinear, 0, 0};
}

bool LabelsFit(const PlotAxis& axis) {
  constexpr double kApart = 7;
  double end = -1e9;  // of the label before
  for (const auto& tick : axis.ticks.ticks) {
    const double half = TextWidth(tick.label, kTickText) / 2;
    const double middle = axis.Place(tick.value);
    if (middle - half < end + kApart) return false;
    end = middle + half;
  }
  return true;
}

// Ticks as close as their labels allow.
PlotAxis NumberAxis(const Panel& panel, double width) {
  const Extent extent = HorizontalExtent(panel);
  // Doublings are few and all worth a tick.
  const int most =
      panel.x.scale == Scale::kLog2 ? 14 : std::clamp(static_cast<int>(width / 55), 2, 12);
  PlotAxis axis;
  for (int wanted = most; wanted > 1; --wanted) {
    axis = {MakeTicks(panel.x, extent, wanted, /*tight=*/true), panel.x.scale, 0, width};
    if (LabelsFit(axis)) break;
  }
  return axis;
}

// What suits screens and paper.
double PanelWidth(const Figure& figure) {
  switch (std::max(1, figure.columns)) {
    case 1:
      return 940;
    case 2:
      return 470;
    default:
      return 340;
  }
}

double PanelAspect(const Figure& figure) {
  if (figure.panel_aspect > 0) return figure.panel_aspect;
  switch (std::max(1, figure.columns)) {
    case 1:
      return figure.panels.size() > 1 ? 4.2 : 2.9;
    case 2:
      return 1.75;
    default:
      return 1.3;
  }
}

}  // namespace

double PlotAxis::Place(double value) const {
  if (!std::isfinite(value)) return kNoValue;
  double share = 0;
  if (scale == Scale::kLog2) {
    if (value <= 0) return kNoValue;
    share = std::log2(value / ticks.least) / std::log2(ticks.most / ticks.least);
  } else {
    share = (value - ticks.least) / (ticks.most - ticks.least);
  }
  // What is far outside is as good as what is just outside, and stays a sane number.
  constexpr double kFar = 20;
  return from + (to - from) * std::clamp(share, -kFar, kFar);
}

PanelLayout LayOutPanel(const Panel& panel, double width, double height, const SideRooms& least) {
  PanelLayout layout;
  layout.width = width;
  layout.height = height;
  layout.y = VerticalAxisOf(panel, panel.y, false, height);
  if (panel.second) layout.second = VerticalAxisOf(panel, *panel.second, true, height);
  layout.plot.left = std::max(least.left, SideRoom(panel.y, layout.y.ticks) + 2);
  layout.plot.right = width - std::max(least.right, RightRoom(panel, layout));
  layout.x =
      panel.categories.empty() ? NumberAxis(panel, layout.plot.width()) : CategoryAxis(panel);
  const double slot =
      layout.plot.width() / static_cast<double>(std::max<std::size_t>(1, panel.categories.size()));
  layout.turned_categories = !panel.categories.empty() && WidestCategory(panel) > slot - 4;
  layout.plot.top = TopRoom(panel);
  layout.plot.bottom = height - BottomRoom(panel, layout);
  layout.x.from = layout.plot.left;
  layout.x.to = layout.plot.right;
  for (PlotAxis* axis : {&layout.y, layout.second ? &*layout.second : nullptr}) {
    if (axis == nullptr) continue;
    axis->from = layout.plot.bottom;
    axis->to = layout.plot.top;
  }
  return layout;
}

std::vector<PanelLayout> LayOutFigure(const Figure& figure) {
  const double width = PanelWidth(figure);
  const double height = std::round(width / PanelAspect(figure));
  SideRooms rooms;
  for (const auto& panel : figure.panels) {
    const auto layout = LayOutPanel(panel, width, height);
    rooms.left = std::max(rooms.left, layout.plot.left);
    rooms.right = std::max(rooms.right, width - layout.plot.right);
  }
  std::vector<PanelLayout> layouts;
  for (const auto& panel : figure.panels) {
    layouts.push_back(LayOutPanel(panel, width, height, rooms));
  }
  return layouts;
}

std::string AxisTitle(const Axis& axis) {
  if (axis.unit.empty()) return axis.label;
  return axis.label.empty() ? axis.unit : axis.label + " (" + axis.unit + ")";
}

double XOf(const Series& series, std::size_t index) {
  return series.x.empty() ? static_cast<double>(index) + 0.5 : series.x[index];
}

std::vector<std::size_t> PointsToDraw(const Series& series, const PlotAxis& x) {
  std::vector<std::size_t> placed;
  std::vector<double> places;
  std::vector<double> values;
  const std::size_t count =
      series.x.empty() ? series.y.size() : std::min(series.x.size(), series.y.size());
  for (std::size_t i = 0; i < count; ++i) {
    const double place = x.Place(XOf(series, i));
    if (!std::isfinite(place)) continue;
    placed.push_back(i);
    places.push_back(place);
    values.push_back(series.y[i]);
  }
  std::vector<std::size_t> kept;
  for (const std::size_t i : ThinPoints(places, values)) kept.push_back(placed[i]);
  return kept;
}

std::string MarginLabel(const ReferenceLine& line) {
  const bool constant = line.direction == ReferenceLine::Direction::kHorizontal &&
                        line.y.size() == 1 && std::isfinite(line.y.front());
  return constant ? Rounded(line.y.front()) : std::string();
}

}  // namespace batchsizer::record
