// device_figures [FILE | --csv FILE]: what the emulated P40 gives beside what was
// published, as the tables of docs/p40-emulation.md; --csv is what
// tools/p40_fit.py reads. FILE: a device description instead of the built-in one.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <exception>
#include <string_view>

#include "flow/model/zoo.h"
#include "sim/device/calibration.h"
#include "sim/device/device_plant.h"
#include "sim/device/host_preparation.h"
#include "sim/device/known_devices.h"
#include "sim/device/make_curve.h"

namespace batchsizer::sim {
namespace {

void PrintCsv(const std::vector<Figure>& figures) {
  fmt::print("group,name,published,emulated,weight\n");
  for (const Figure& f : figures) {
    fmt::print("\"{}\",\"{}\",{},{},{}\n", f.group, f.name, f.published, f.emulated, f.weight);
  }
}

void PrintFigures(const std::vector<Figure>& figures) {
  std::string_view group;
  for (const Figure& f : figures) {
    if (f.group != group) {
      fmt::print(
          "\n**{}**{}\n\n| figure | published | emulated | error | held to |\n"
          "|---|---|---|---|---|\n",
          f.group, f.weight > 0 ? "" : " (a check, not fitted)");
      group = f.group;
    }
    const int digits = f.unit == "W" ? 0 : f.unit == "1" ? 3 : 0;
    fmt::print("| {} | {:.{}f} | {:.{}f} | {:+.1f} % | {:.0f} % |\n", f.name, f.published, digits,
               f.emulated, digits, 100 * f.RelativeError(), 100 * f.tolerance);
  }
}

// One network over the batch size at the highest clock.
Status PrintCurve(const DeviceDescription& device, std::string_view network, const HostUse& host) {
  const auto model = flow::SummariseZooModel(network);
  if (!model) return tl::unexpected<Error>(model.error());
  auto plant = CreateDevicePlant(device, *model, host);
  if (!plant) return tl::unexpected<Error>(plant.error());
  const Megahertz clock = device.default_clock;
  for (const int batch : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}) {
    const CurvePoint seen = PointOf(**plant, BatchSize(batch), clock, PeakKind::kObserved);
    const CurvePoint peak = PointOf(**plant, BatchSize(batch), clock, PeakKind::kTrue);
    fmt::print("| {} | {} | {:.0f} | {:.0f} | {:.0f} |\n", network, batch, seen.throughput.value(),
               seen.power.value(), peak.power.value());
  }
  return {};
}

Status PrintCurves(const DeviceDescription& device, std::string_view host) {
  const auto at = device.hosts.find(host);
  if (at == device.hosts.end()) return {};
  const HostUse use{host, MeanPreparation(at->second, flow::ImageSetKind::kCaltech256)};
  fmt::print(
      "\n**curve at {} MHz, host {}: {}**\n\n"
      "| network | batch | images/s | observed peak W | true peak W |\n"
      "|---|---|---|---|---|\n",
      device.default_clock.value(), host, at->second.title);
  for (const std::string_view network : {"mobilenet-v1", "resnet-v2-50", "resnet-v2-101"}) {
    if (auto ok = PrintCurve(device, network, use); !ok) return ok;
  }
  return {};
}

Status Run(std::string_view file, bool csv) {
  const auto device = file.empty() ? LoadKnownDevice("p40") : LoadDeviceFile(std::string(file));
  if (!device) return tl::unexpected<Error>(device.error());
  const auto figures = Calibrate(*device);
  if (!figures) return tl::unexpected<Error>(figures.error());
  if (csv) {
    PrintCsv(*figures);
    return {};
  }
  PrintFigures(*figures);
  if (auto ok = PrintCurves(*device, kNativeHost); !ok) return ok;
  return PrintCurves(*device, kPaperHost);
}

int Main(int argc, char** argv) {
  const bool csv = argc > 1 && std::string_view(argv[1]) == "--csv";
  const int at = csv ? 2 : 1;
  const auto done = Run(at < argc ? argv[at] : "", csv);
  if (!done) fmt::print(stderr, "device_figures: {}\n", done.error().message);
  return done ? 0 : 1;
}

}  // namespace
}  // namespace batchsizer::sim

int main(int argc, char** argv) {
  try {
    return batchsizer::sim::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "device_figures: %s\n", error.what());
    return 1;
  }
}
