#include "cli/profile_chart.h"

#include <fmt/format.h>

#include "sim/saturation.h"

namespace batchsizer::cli {
namespace {

using record::Panel;
using record::Series;

constexpr std::size_t kMostClocksDrawn = 4;
constexpr double kWide = 5;  // width / height of a panel over time

std::string TitleOf(const ProfileReport& report) {
  return fmt::format("{} on {}{}", report.model, report.device, HostText(report));
}

// The highest, the lowest and some between.
std::vector<Megahertz> ClocksToDraw(const sim::Curve& curve) {
  const auto all = curve.clocks();
  if (all.size() <= kMostClocksDrawn) return {all.begin(), all.end()};
  std::vector<Megahertz> chosen;
  for (std::size_t i = 0; i < kMostClocksDrawn; ++i) {
    chosen.push_back(all[i * (all.size() - 1) / (kMostClocksDrawn - 1)]);
  }
  return chosen;
}

template <typename Value>
Series SeriesOf(const sim::Curve& curve, Megahertz clock, Value value) {
  Series series;
  for (const BatchSize size : curve.batch_sizes()) {
    series.x.push_back(size.value());
    series.y.push_back(value(curve.At(size, clock)));
  }
  return series;
}

double ThroughputOf(const CurvePoint& point) { return point.throughput.value(); }
double PowerOf(const CurvePoint& point) { return point.power.value(); }

Panel PanelOver(const sim::Curve& curve, const char* label, const char* unit) {
  Panel panel;
  panel.x = {.label = "Batch size", .unit = "images", .scale = record::Scale::kLog2};
  panel.y = {.label = label, .unit = unit, .least = 0};
  const auto saturation = sim::SaturationBatch(curve, curve.clocks().back());
  if (!saturation) return panel;
  record::ReferenceLine line;
  line.name = "saturation batch";
  line.direction = record::ReferenceLine::Direction::kVertical;
  line.y = {static_cast<double>(saturation->value())};
  line.is_cap = false;
  panel.references.push_back(line);
  return panel;
}

Panel BothInOne(const sim::Curve& curve) {
  const Megahertz clock = curve.clocks().back();
  Panel panel = PanelOver(curve, "Throughput", "images/s");
  panel.second = record::Axis{.label = "Peak power", .unit = "W", .least = 0};
  Series throughput = SeriesOf(curve, clock, ThroughputOf);
  throughput.name = "throughput";
  throughput.role = record::Role::kThroughput;
  Series power = SeriesOf(curve, clock, PowerOf);
  power.name = "peak power";
  power.role = record::Role::kPower;
  power.on_second_axis = true;
  panel.series = {std::move(throughput), std::move(power)};
  return panel;
}

template <typename Value>
Panel ByClock(const sim::Curve& curve, const char* label, const char* unit, Value value) {
  Panel panel = PanelOver(curve, label, unit);
  for (const Megahertz clock : ClocksToDraw(curve)) {
    Series series = SeriesOf(curve, clock, value);
    series.name = fmt::format("{:.6g} MHz", clock.value());
    panel.series.push_back(std::move(series));
  }
  return panel;
}

Panel PanelOverTime(const char* label, const char* unit, record::Role role) {
  Panel panel;
  panel.x = {.label = "Time", .unit = "s"};
  panel.y = {.label = label, .unit = unit, .least = 0};
  panel.series.emplace_back();
  panel.series[0].name = label;
  panel.series[0].role = role;
  return panel;
}

}  // namespace

record::Figure CurveFigure(const ProfileReport& report) {
  const sim::Curve curve = CurveOf(report);
  record::Figure figure;
  figure.id = "curve";
  figure.title = TitleOf(report);
  figure.note = report.emulated ? "emulated" : report.power_kind;
  if (curve.clocks().size() == 1) {
    figure.panels = {BothInOne(curve)};
    return figure;
  }
  figure.columns = 2;
  figure.panels = {ByClock(curve, "Throughput", "images/s", ThroughputOf),
                   ByClock(curve, "Peak power", "W", PowerOf)};
  return figure;
}

record::Figure TraceFigure(const ProfileReport& report,
                           const std::vector<sim::PowerSample>& trace) {
  Panel power = PanelOverTime("Power", "W", record::Role::kPower);
  Panel utilisation = PanelOverTime("SM utilisation", "%", record::Role::kUtilisation);
  utilisation.y.most = 100;
  for (const auto& sample : trace) {
    power.series[0].x.push_back(ToSeconds(sample.time));
    power.series[0].y.push_back(sample.power.value());
    utilisation.series[0].y.push_back(100 * sample.utilisation);
  }
  utilisation.series[0].x = power.series[0].x;
  record::Figure figure;
  figure.id = "power-trace";
  const auto& point = report.points.back().measured;
  figure.title = fmt::format("{}, batch size {}", TitleOf(report), point.batch_size.value());
  figure.note = "emulated";
  figure.panel_aspect = kWide;
  figure.panels = {std::move(power), std::move(utilisation)};
  return figure;
}

}  // namespace batchsizer::cli
