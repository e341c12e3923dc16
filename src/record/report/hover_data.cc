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
constexpr int kValueDigits = 5;
constexpr int kPlaceDigits = 7;

ordered_json Column(const std::vector<double>& values, const std::vector<std::size_t>& points,
                    int digits) {
  ordered_json column = ordered_json::array();
  for (const std::size_t i : points) column.push_back(Short(values[i], digits));
  return column;
}

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
  json["key"] = legend.KeyOf(series);
  if (series.on_second_axis) json["second"] = true;
  if (series.kind == SeriesKind::kSteps) json["steps"] = true;
  const bool whiskers = series.low.size() == series.y.size() &&
                        series.high.size() == series.y.size() && !series.y.empty();
  const auto points = PointsToDraw(series, layout.x);
  json["x"] =
      panel.categories.empty() ? Column(series.x, points, kPlaceDigits) : ordered_json::array();
  json["y"] = Column(series.y, points, kValueDigits);
  if (whiskers) json["low"] = Column(series.low, points, kValueDigits);
  if (whiskers) json["high"] = Column(series.high, points, kValueDigits);
  return json;
}

// A cap, as one more series of steps.
ordered_json ReferenceToJson(const Panel& panel, const ReferenceLine& line) {
  ordered_json json{{"name", line.name},
                    {"unit", AxisOf(panel, line.on_second_axis).unit},
                    {"colour", line.is_cap ? "cap" : "faint"},
                    {"steps", true},
                    {"cap", true}};
  json["x"] = ordered_json::array();
  for (const double value : line.x) json["x"].push_back(Short(value, kPlaceDigits));
  json["y"] = ordered_json::array();
  for (const double value : line.y) json["y"].push_back(Short(value, kValueDigits));
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
