// Figures 1 and 2: what the batch size does, nothing chosen.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "record/report/page_text.h"
#include "sim/experiment/figure_base.h"
#include "sim/experiment/figures.h"

namespace batchsizer::sim {
namespace {

using record::Axis;
using record::Figure;
using record::Panel;
using record::Role;
using record::Scale;
using record::Series;

Panel CurvePanel(const BatchCurve& curve) {
  Series throughput{.name = "throughput", .role = Role::kThroughput};
  Series power{.name = "peak power", .on_second_axis = true, .role = Role::kPower};
  for (const FixedRun& run : curve.runs) {
    throughput.x.push_back(run.batch_size.value());
    throughput.y.push_back(run.throughput.value());
    power.x.push_back(run.batch_size.value());
    power.y.push_back(run.peak_power.value());
  }
  Panel panel;
  panel.title = fmt::format("{}, {}", TitleOfNetwork(curve.workload.network),
                            TitleOfDataset(curve.workload.dataset));
  panel.x = {.label = "Batch size", .unit = "images", .scale = Scale::kLog2};
  panel.y = {.label = "Throughput", .unit = "images/s", .least = 0};
  panel.second = Axis{.label = "Peak power", .unit = "W", .least = 0};
  panel.series = {std::move(throughput), std::move(power)};
  return panel;
}

Panel TracePanel(const BatchTrace& trace) {
  Series power{.name = "power", .role = Role::kPower};
  Series use{.name = "SM utilisation", .on_second_axis = true, .role = Role::kUtilisation};
  for (const PowerSample& sample : trace.samples) {
    power.x.push_back(ToSeconds(sample.time));
    power.y.push_back(sample.power.value());
    use.y.push_back(100 * sample.utilisation);
  }
  use.x = power.x;
  Panel panel;
  panel.title = fmt::format("batch size {}", trace.batch_size.value());
  panel.x = {.label = "Time", .unit = "s"};
  panel.y = {.label = "Power", .unit = "W", .least = 0};
  panel.second = Axis{.label = "SM utilisation", .unit = "%", .least = 0, .most = 100};
  panel.series = {std::move(power), std::move(use)};
  return panel;
}

}  // namespace

std::string TitleOfNetwork(std::string_view network) {
  struct Name {
    std::string_view ours;
    std::string_view title;
  };
  constexpr std::array kNames{Name{"inception", "Inception"}, Name{"mobilenet", "MobileNet"},
                              Name{"nasnet-mobile", "NASNet-Mobile"},
                              Name{"pnasnet-mobile", "PNASNet-Mobile"}, Name{"resnet", "ResNet"}};
  for (const Name& name : kNames) {
    if (network.starts_with(name.ours)) {
      return fmt::format("{}{}", name.title, network.substr(name.ours.size()));
    }
  }
  return std::string(network);
}

std::string TitleOfJob(const PaperJob& job) {
  return fmt::format("Job {}: {}, {}, {} W", job.number, TitleOfNetwork(job.network),
                     TitleOfDataset(job.dataset), job.power_cap.value());
}

Figure Figure1(const PaperResults& results) {
  Figure figure = EmulatedFigure("fig1", "Fig. 1", "Throughput and peak power over batch size");
  figure.caption = fmt::format(
      "{} images at each batch size; peak power is the highest reading of the sensor. "
      "The paper does not say which Inception, ResNet and MobileNet it "
      "shows.",
      record::Grouped(results.images));
  figure.columns = 2;
  for (const BatchCurve& curve : results.curves) figure.panels.push_back(CurvePanel(curve));
  return figure;
}

Figure Figure2(const PaperResults& results) {
  Figure figure = EmulatedFigure("fig2", "Fig. 2", "Power and SM utilisation over time");
  figure.caption = fmt::format(
      "Inception-v3 on Caltech256. {} Power is as its sensor shows it; utilisation is the mean "
      "over "
      "{:.0f} ms, as drivers give it. The paper does not say which Inception it shows.{}",
      results.HasPapersHost()
          ? "While the host prepares the next batch the device is idle; then power jumps."
          : "Images are prepared ahead, so that the device need not wait for them.",
      results.device.sensor.utilisation_window_ms,
      results.HasPapersHost()
          ? " v3 was taken after v1 had been looked at: only of v3 a batch of 128 keeps the P40 "
            "busy for that long."
          : "");
  for (const BatchTrace& trace : results.traces) figure.panels.push_back(TracePanel(trace));
  return figure;
}

}  // namespace batchsizer::sim
