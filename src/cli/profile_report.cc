#include "cli/profile_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/device/device_description.h"
#include "sim/saturation.h"

namespace batchsizer::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostClocksShown = 3;

Megahertz ClockOf(const ProfiledPoint& point) { return point.measured.clock.value_or(kNoClock); }

bool HasClock(const ProfileReport& report) {
  return report.points.front().measured.clock.has_value();
}

std::string Subject(const ProfileReport& report) {
  return fmt::format("{} on {} ({}){}", report.model, report.device,
                     report.emulated ? "emulated" : "measured", HostText(report));
}

std::string SizesText(const std::vector<BatchSize>& sizes) {
  constexpr std::size_t kMostNamed = 12;
  std::vector<int> named;
  for (std::size_t i = 0; i < std::min(sizes.size(), kMostNamed); ++i) {
    named.push_back(sizes[i].value());
  }
  return fmt::format("{}{}", fmt::join(named, ", "), sizes.size() > kMostNamed ? ", ..." : "");
}

std::string RowText(const ProfiledPoint& point) {
  const auto& measured = point.measured;
  std::string row =
      fmt::format("  {:>6} {:>10} {:>12.1f} {:>9.1f} {:>9.1f}", measured.batch_size.value(),
                  measured.clock ? fmt::format("{:.6g}", measured.clock->value()) : "-",
                  measured.throughput.value(), point.power().value(), measured.mean.value());
  if (measured.true_peak) row += fmt::format(" {:>9.1f}", measured.peak.value());
  if (point.utilisation) {
    row += fmt::format(" {:>7.0f} {:>7.0f}", 100 * point.utilisation->mean,
                       100 * point.utilisation->highest);
  }
  return row;
}

std::string HeaderText(const ProfiledPoint& point) {
  std::string header = fmt::format("  {:>6} {:>10} {:>12} {:>9} {:>9}", "batch", "clock MHz",
                                   "images/s", "peak W", "mean W");
  if (point.measured.true_peak) header += fmt::format(" {:>9}", "sensor W");
  if (point.utilisation) header += fmt::format(" {:>7} {:>7}", "SM %", "SM max");
  return header;
}

// What the saturation batch is, in words, with what a reader should know of it.
std::string SaturationText(const ProfileReport& report, const sim::Curve& curve, Megahertz clock) {
  const std::string at = HasClock(report) ? fmt::format(" at {:.6g} MHz", clock.value()) : "";
  if (curve.smallest() == curve.largest()) {
    return fmt::format("saturation batch{}: one batch size alone tells nothing of it\n", at);
  }
  const auto size = sim::SaturationBatch(curve, clock);
  if (!size) {
    return fmt::format("saturation batch{}: none up to {}: every larger size brings 2 % or more\n",
                       at, curve.largest().value());
  }
  std::string text = fmt::format(
      "saturation batch{}: {}: the next larger size brings less than 2 %\n", at, size->value());
  const double more = sim::MostGainAbove(curve, *size, clock);
  if (more >= sim::kSaturationGain) {
    text += fmt::format("  but larger ones bring up to {:.0f} % more than it, all in all\n",
                        100 * more);
  }
  return text;
}

ordered_json PointToJson(const ProfiledPoint& point) {
  const auto& measured = point.measured;
  const auto number = [](auto value) { return value ? ordered_json(value->value()) : nullptr; };
  ordered_json row{{"batch", measured.batch_size.value()},
                   {"clock_mhz", number(measured.clock)},
                   {"throughput_ips", measured.throughput.value()},
                   {"power_w", point.power().value()},
                   {"observed_power_w", measured.peak.value()},
                   {"mean_power_w", measured.mean.value()},
                   {"batches", measured.batches},
                   {"readings", measured.readings},
                   {"time_s", ToSeconds(measured.time)}};
  row["utilisation"] = point.utilisation ? ordered_json(point.utilisation->mean) : nullptr;
  row["peak_utilisation"] = point.utilisation ? ordered_json(point.utilisation->highest) : nullptr;
  return row;
}

void AddSaturation(const ProfileReport& report, ordered_json& json) {
  json["saturation_batch"] = nullptr;
  json["saturation"] = ordered_json::array();
  if (report.points.empty()) return;
  const sim::Curve curve = CurveOf(report);
  for (const Megahertz clock : curve.clocks()) {
    const auto size = sim::SaturationBatch(curve, clock);
    const auto value = size ? ordered_json(size->value()) : nullptr;
    json["saturation"].push_back(
        {{"clock_mhz", HasClock(report) ? ordered_json(clock.value()) : nullptr},
         {"batch", value}});
    json["saturation_batch"] = value;  // the highest clock's stays
  }
}

}  // namespace

std::string HostText(const ProfileReport& report) {
  std::string text;
  if (!report.host.empty() && report.host != sim::kNativeHost) text += ", host " + report.host;
  if (!report.dataset.empty()) text += ", " + report.dataset;
  return text;
}

sim::Curve CurveOf(const ProfileReport& report) {
  std::vector<CurvePoint> points;
  points.reserve(report.points.size());
  for (const auto& point : report.points) {
    points.push_back(
        {point.measured.batch_size, ClockOf(point), point.measured.throughput, point.power()});
  }
  return sim::Curve::FromGrid(std::move(points));
}

std::string ToCsv(const ProfileReport& report) {
  std::string comment = "curve of " + Subject(report);
  comment += fmt::format("\n# power from {}: {}; power_w: {}", report.meter, report.power_kind,
                         report.emulated ? "the highest that the device draws, spikes included"
                                         : "the highest reading");
  if (!HasClock(report)) comment += "\n# no clock can be set on this device: 1 stands for it";
  if (!report.missing.empty()) {
    comment += fmt::format("\n# not measured: {} ({})", SizesText(report.missing), report.ended);
  }
  return CurveOf(report).ToCsv(comment);
}

std::string ToText(const ProfileReport& report) {
  std::string text =
      fmt::format("{}\n  power from {}: {}\n", Subject(report), report.meter, report.power_kind);
  if (report.points.empty()) return text + "  nothing was measured to its end\n";
  const sim::Curve curve = CurveOf(report);
  const Megahertz highest = curve.clocks().back();
  const auto saturation = sim::SaturationBatch(curve, highest);
  const bool all = curve.clocks().size() <= kMostClocksShown;
  text += HeaderText(report.points.front()) + "\n";
  for (const auto& point : report.points) {
    if (!all && ClockOf(point) != highest) continue;
    const bool marked = ClockOf(point) == highest && point.measured.batch_size == saturation;
    text += fmt::format("{}{}\n", RowText(point), marked ? "  <- saturation batch" : "");
  }
  if (!all) {
    text += fmt::format("  and so at {} lower clocks (--output and --json have them)\n",
                        curve.clocks().size() - 1);
  }
  text += SaturationText(report, curve, highest);
  if (report.missing.empty()) return text;
  return text + fmt::format("not measured: {}: {}\n", SizesText(report.missing), report.ended);
}

ordered_json ToJson(const ProfileReport& report) {
  ordered_json json{{"model", report.model},
                    {"device", report.device},
                    {"emulated", report.emulated},
                    {"host", report.host.empty() ? nullptr : ordered_json(report.host)},
                    {"dataset", report.dataset.empty() ? nullptr : ordered_json(report.dataset)},
                    {"meter", report.meter}};
  AddSaturation(report, json);
  json["missing"] = ordered_json::array();
  for (const BatchSize size : report.missing) json["missing"].push_back(size.value());
  json["ended"] = report.ended.empty() ? nullptr : ordered_json(report.ended);
  json["points"] = ordered_json::array();
  for (const auto& point : report.points) json["points"].push_back(PointToJson(point));
  return json;
}

std::string ToCsv(const std::vector<sim::PowerSample>& trace, const std::string& comment) {
  std::string csv = fmt::format("# {}\ntime_s,power_w,utilisation\n", comment);
  for (const auto& sample : trace) {
    fmt::format_to(std::back_inserter(csv), "{:.6f},{:.3f},{:.4f}\n", ToSeconds(sample.time),
                   sample.power.value(), sample.utilisation);
  }
  return csv;
}

}  // namespace batchsizer::cli
