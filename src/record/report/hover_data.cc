#include "record/report/hover_data.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace batchsizer::record {
namespace {

using nlohmann::ordered_json;

// Fewer digits: thousands of them are in a page. What is not finite is null.
ordered_json Short(double value, int digits) {
  if (!std::isfinite(value)) return nullptr;
  const double rounded = std::strtod(fmt::format("{:.{}g}", value, digits).c_str(), nullptr);
  constexpr double kExact = 1e9;
  if (rounded == std::floor(rounded) && std::abs(rounded) < kExact) {
    return static_cast<long long>(rounded);
  }
  return rounded;
}
ordered_json Value(double value) { return Short(value, 5); }
ordered_json Place(double value) { return Short(value, 7); }

ordered_json AxisToJson(const Axis& axis, const PlotAxis& plot) {
  return {{"label", axis.label},
          {"unit", axis.unit},
          {"log", plot.scale == Scale::kLog2},
          {"least", plot.ticks.least},
          {"most", plot.ticks.most},
          {"from", plot.from},
          {"to", plot.to}};
}

const Axis& AxisOf(const Panel& panel, bool second) {
  return second && panel.second ? *panel.second : panel.y;
}

ordered_json SeriesToJson(const Panel& panel, const Series& series, const PanelLayout& layout,
                          const Legend& legend) {
  ordered_json json{{"name", series.name},
                    {"unit", AxisOf(panel, series.on_second_axis).unit},
                    {"colour", fmt::format("s{}", legend.LookOf(series).slot)}};
  if (series.on_second_axis) json["second"] = true;
  if (series.kind == SeriesKind::kSteps) json["steps"] = true;
  auto& x = json["x"] = ordered_json::array();
  auto& y = json["y"] = ordered_json::array();
  const bool whiskers = series.low.size() == series.y.size() &&
                        series.high.size() == series.y.size() && !series.y.empty();
  for (const std::size_t i : PointsToDraw(series, layout.x)) {
    if (panel.categories.empty()) x.push_back(Place(series.x[i]));
    y.push_back(Value(series.y[i]));
    if (whiskers) json["low"].push_back(Value(series.low[i]));
    if (whiskers) json["high"].push_back(Value(series.high[i]));
  }
  return json;
}

// A cap, as one more series of steps.
ordered_json ReferenceToJson(const Panel& panel, const ReferenceLine& line) {
  ordered_json json{{"name", line.name},
                    {"unit", AxisOf(panel, line.on_second_axis).unit},
                    {"colour", line.is_cap ? "cap" : "faint"},
                    {"steps", true},
                    {"cap", true}};
  auto& x = json["x"] = ordered_json::array();
  auto& y = json["y"] = ordered_json::array();
  for (const double value : line.x) x.push_back(Place(value));
  for (const double value : line.y) y.push_back(Value(value));
  return json;
}

ordered_json GroupsToJson(const Panel& panel) {
  ordered_json groups = ordered_json::array();
  int end = 0;
  for (const auto& group : panel.groups) {
    end += group.count;
    groups.push_back({{"name", group.name}, {"end", end}});
  }
  return groups;
}

// Over categories a cap's one value holds for all of them.
bool CanBeRead(const Panel& panel, const ReferenceLine& line) {
  return line.direction == ReferenceLine::Direction::kHorizontal && panel.categories.empty() &&
         !line.y.empty();
}

}  // namespace

ordered_json HoverData(const Panel& panel, const PanelLayout& layout, const Legend& legend) {
  const Box& plot = layout.plot;
  ordered_json json{{"width", layout.width},
                    {"box", {plot.left, plot.top, plot.right, plot.bottom}},
                    {"x", AxisToJson(panel.x, layout.x)},
                    {"y", AxisToJson(panel.y, layout.y)}};
  if (layout.second) json["second"] = AxisToJson(*panel.second, *layout.second);
  if (!panel.categories.empty()) {
    json["categories"] = panel.categories;
    json["groups"] = GroupsToJson(panel);
  }
  auto& series = json["series"] = ordered_json::array();
  for (const auto& each : panel.series) {
    series.push_back(SeriesToJson(panel, each, layout, legend));
  }
  for (const auto& line : panel.references) {
    if (CanBeRead(panel, line)) series.push_back(ReferenceToJson(panel, line));
  }
  return json;
}

}  // namespace batchsizer::record
