#include "sim/device/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "flow/model/zoo.h"
#include "sim/device/device_plant.h"
#include "sim/device/host_preparation.h"
#include "sim/device/make_curve.h"
#include "sim/device/reference_networks.h"

namespace batchsizer::sim {
namespace {

constexpr Megahertz kTop{1531};

struct Pair {
  int at;  // a clock in MHz, or a batch size
  double value;
};

// Figures of one source, measured on one network after the other. Keeps the
// first error, so that the tables below stay tables.
class Sheet {
 public:
  explicit Sheet(const DeviceDescription& device) : device_(device) {}

  // A group of figures that share tolerance and weight.
  void Group(std::string name, std::string unit, double tolerance, double weight) {
    group_ = Figure{};
    group_.group = std::move(name);
    group_.unit = std::move(unit);
    group_.tolerance = tolerance;
    group_.weight = weight;
  }

  void Add(std::string name, double published, double emulated) {
    Figure figure = group_;
    figure.name = std::move(name);
    figure.published = published;
    figure.emulated = emulated;
    figures_.push_back(std::move(figure));
  }

  // A network of the zoo behind the paper's host; preparing an image takes so long.
  // Null, with the error kept, where it cannot be emulated.
  Plant* Paper(std::string_view network, Duration preparation) {
    return Load(device_, flow::SummariseZooModel(network), {kPaperHost, preparation});
  }

  // Null, with the error kept, where the network cannot be emulated.
  Plant* Load(const DeviceDescription& device, const Result<flow::ModelSummary>& model,
              const HostUse& host = {}) {
    if (!model) {
      status_ = tl::unexpected<Error>(model.error());
      return nullptr;
    }
    auto plant = CreateDevicePlant(device, *model, host);
    if (!plant) {
      status_ = tl::unexpected<Error>(plant.error());
      return nullptr;
    }
    plant_ = std::move(*plant);
    return plant_.get();
  }

  [[nodiscard]] const DeviceDescription& Device() const { return device_; }

  // Of the two sets, and half of both together: the logs do not say which.
  [[nodiscard]] Duration Preparation(flow::ImageSetKind set) const {
    const auto host = device_.hosts.find(kPaperHost);
    return host == device_.hosts.end() ? Duration(0) : MeanPreparation(host->second, set);
  }
  [[nodiscard]] Duration Mixed() const {
    return (Preparation(flow::ImageSetKind::kImageNet) +
            Preparation(flow::ImageSetKind::kCaltech256)) /
           2;
  }

  [[nodiscard]] Result<std::vector<Figure>> Take() {
    if (!status_) return tl::unexpected<Error>(status_.error());
    return std::move(figures_);
  }

 private:
  const DeviceDescription& device_;
  Figure group_;
  std::vector<Figure> figures_;
  std::unique_ptr<Plant> plant_;
  Status status_;
};

CurvePoint Observed(Plant& plant, int batch, Megahertz clock) {
  return PointOf(plant, BatchSize(batch), clock, PeakKind::kObserved);
}

double Throughput(Plant& plant, int batch) {
  return Observed(plant, batch, kTop).throughput.value();
}

// The stretch at work, without the gap: what a median of busy samples shows.
double BusyPower(Plant& plant, int batch, Megahertz clock) {
  Joules energy;
  Duration time{0};
  for (const Phase& phase : plant.Batch(BatchSize(batch), clock)) {
    if (phase.utilisation == 0) continue;
    energy += phase.power * phase.time;
    time += phase.time;
  }
  return (energy / time).value();
}

void BusyPowerByClock(Sheet& sheet) {
  const auto add = [&](std::string_view network, std::initializer_list<Pair> published) {
    Plant* plant = sheet.Paper(network, sheet.Mixed());
    if (plant == nullptr) return;
    for (const Pair& p : published) {
      sheet.Add(fmt::format("{}, batch 256, {} MHz", network, p.at), p.value,
                BusyPower(*plant, 256, Megahertz(p.at)));
    }
  };
  sheet.Group("busy power (median, BatchDVFS logs)", "W", 0.10, 4);
  add("resnet-v2-101", {{1063, 119}, {1189, 133}, {1303, 147}, {1430, 164}, {1531, 184}});
  add("resnet-v2-50", {{1063, 113}, {1189, 129}, {1303, 142}, {1430, 165}});
  add("inception-v3", {{544, 85}, {1063, 118}, {1531, 185}});
  sheet.Group("busy power (maximum, BatchDVFS logs)", "W", 0.15, 4);
  if (Plant* plant = sheet.Paper("mobilenet-v1", sheet.Mixed())) {
    for (const Pair& p : {Pair{1063, 126}, Pair{1430, 157}, Pair{1531, 174}}) {
      sheet.Add(fmt::format("mobilenet-v1, batch 256, {} MHz", p.at), p.value,
                Observed(*plant, 256, Megahertz(p.at)).power.value());
    }
  }
}

// What the logs have of one network over the batch size.
struct LogRow {
  int batch;
  double images_per_s;
  double peak_w;
};
struct LogOf {
  std::string_view network;
  std::array<LogRow, 5> rows;  // batch 0: none
};

constexpr std::array<LogOf, 8> kLogs{{
    {"inception-v2", {{{1, 26, 62}, {5, 50, 101}, {13, 87, 122}, {33, 115, 124}, {61, 129, 148}}}},
    {"inception-v3", {{{1, 24, 72}, {5, 44, 90}, {9, 49, 134}, {13, 47, 160}, {33, 69, 180}}}},
    {"mobilenet-v1", {{{1, 40, 62}, {5, 82, 76}, {17, 82, 115}}}},
    {"mobilenet-v2", {{{5, 65, 66}, {33, 109, 106}, {97, 127, 143}}}},
    {"nasnet-mobile", {{{5, 42, 76}, {25, 92, 104}, {97, 79, 128}}}},
    {"pnasnet-mobile", {{{5, 45, 75}, {25, 80, 89}, {97, 74, 149}}}},
    {"resnet-v2-50", {{{5, 50, 124}, {17, 70, 138}, {33, 98, 153}, {49, 120, 168}}}},
    {"resnet-v2-101", {{{5, 41, 130}, {13, 58, 165}, {33, 91, 182}, {73, 100, 204}}}},
}};
constexpr LogOf kLeftOut{"resnet-v2-152",
                         {{{1, 21, 88}, {5, 39, 136}, {13, 46, 179}, {49, 64, 198}}}};

void AddPeaks(Sheet& sheet, const LogOf& log) {
  Plant* plant = sheet.Paper(log.network, sheet.Mixed());
  if (plant == nullptr) return;
  for (const LogRow& row : log.rows) {
    if (row.batch == 0) continue;
    sheet.Add(fmt::format("{}, batch {}", log.network, row.batch), row.peak_w,
              Observed(*plant, row.batch, kTop).power.value());
  }
}

void AddThroughputs(Sheet& sheet, const LogOf& log) {
  Plant* plant = sheet.Paper(log.network, sheet.Mixed());
  if (plant == nullptr) return;
  for (const LogRow& row : log.rows) {
    if (row.batch == 0) continue;
    sheet.Add(fmt::format("{}, batch {}", log.network, row.batch), row.images_per_s,
              Throughput(*plant, row.batch));
  }
}

void PublishedLogs(Sheet& sheet) {
  sheet.Group("peak power over batch size, 1531 MHz (maximum of 3 s, BatchDVFS logs)", "W", 0.50,
              1);
  for (const LogOf& log : kLogs) AddPeaks(sheet, log);
  sheet.Group("the same, of a network left out of the fit", "W", 0.30, 0);
  AddPeaks(sheet, kLeftOut);
  sheet.Group("throughput over batch size, both input sets mixed (BatchDVFS logs)", "images/s",
              0.60, 1);
  for (const LogOf& log : kLogs) AddThroughputs(sheet, log);
  sheet.Group("the same, of a network left out of the fit", "images/s", 0.40, 0);
  AddThroughputs(sheet, kLeftOut);
}

// Whatever the batch, MobileNet-v1 gets what preparation leaves it: 75 to 83 and
// 107 to 132 images/s in the logs.
void PreparationBound(Sheet& sheet) {
  sheet.Group("throughput of mobilenet-v1, bound by preparation (BatchDVFS logs)", "images/s", 0.10,
              8);
  const auto add = [&](flow::ImageSetKind set, double published) {
    if (Plant* plant = sheet.Paper("mobilenet-v1", sheet.Preparation(set))) {
      sheet.Add(fmt::format("{}, batch 64", flow::ToString(set)), published,
                Throughput(*plant, 64));
    }
  };
  add(flow::ImageSetKind::kImageNet, 79);
  add(flow::ImageSetKind::kCaltech256, 119.5);
}

// As TensorRT runs a network: normalisation and activation are part of the
// convolution, and parts of a concatenation are written where they belong.
Result<flow::ModelSummary> Fused(std::string_view network) {
  constexpr std::array<std::string_view, 6> kAbsorbed{"Relu",   "Clip",    "BatchNormalization",
                                                      "Concat", "Dropout", "Softmax"};
  auto model = flow::SummariseZooModel(network);
  if (!model) return model;
  std::erase_if(model->layers, [&](const flow::LayerCost& layer) {
    return std::find(kAbsorbed.begin(), kAbsorbed.end(), layer.op) != kAbsorbed.end();
  });
  return model;
}

// The device computing in 8 bits: four times the operations and four times the
// values a byte of bandwidth; how well its kernels use that is taken from the
// largest batch, so that only the shape is compared.
DeviceDescription InEightBits(DeviceDescription device) {
  constexpr double kEfficiencyShare = 0.77;  // 6842 / 2215 / 4
  device.compute.flops_per_core_per_cycle *= 4;
  device.compute.efficiency *= kEfficiencyShare;
  device.memory.bandwidth_gb_per_s *= 4;
  return device;
}

void RelativeToLargest(Sheet& sheet, Plant& plant, std::string_view network, Pair most,
                       std::initializer_list<Pair> published) {
  const double emulated_most = Throughput(plant, most.at);
  for (const Pair& p : published) {
    sheet.Add(fmt::format("{}, INT8, batch {}", network, p.at), p.value / most.value,
              Throughput(plant, p.at) / emulated_most);
  }
}

void InferenceThroughput(Sheet& sheet) {
  sheet.Group("throughput (TensorRT, Dell's white paper)", "images/s", 0.05, 16);
  if (Plant* plant = sheet.Load(sheet.Device(), Fused("inception-v1"))) {
    sheet.Add("GoogLeNet, float32, batch 128", 2215, Throughput(*plant, 128));
  }
  sheet.Group("the same, not fitted", "images/s", 0.35, 0);
  if (Plant* plant = sheet.Load(sheet.Device(), AlexNet())) {
    sheet.Add("AlexNet, float32, batch 128", 5198, Throughput(*plant, 128));
  }
  const DeviceDescription eight_bits = InEightBits(sheet.Device());
  sheet.Group("throughput relative to batch 2048 (TensorRT INT8, Dell's white paper)", "1", 0.20,
              1);
  if (Plant* plant = sheet.Load(eight_bits, Fused("inception-v1"))) {
    RelativeToLargest(
        sheet, *plant, "GoogLeNet", {2048, 6842},
        {{1, 594}, {32, 5417}, {64, 6059}, {128, 6410}, {256, 6630}, {512, 6763}, {1024, 6822}});
  }
  sheet.Group("the same, not fitted", "1", 0.70, 0);
  if (Plant* plant = sheet.Load(eight_bits, AlexNet())) {
    RelativeToLargest(sheet, *plant, "AlexNet", {2048, 17951},
                      {{1, 791},
                       {32, 11464},
                       {64, 14438},
                       {128, 16292},
                       {256, 17101},
                       {512, 17502},
                       {1024, 17768}});
  }
}

void NetPowerByBatch(Sheet& sheet) {
  sheet.Group("power above idle relative to batch 1 (TensorRT INT8)", "1", 0.35, 1);
  Plant* plant = sheet.Load(InEightBits(sheet.Device()), AlexNet());
  if (plant == nullptr) return;
  const double idle = plant->Info().idle_power.value();
  const double first = BusyPower(*plant, 1, kTop) - idle;
  for (const Pair& p : {Pair{32, 1.79}, Pair{128, 2.08}, Pair{512, 2.23}}) {
    sheet.Add(fmt::format("AlexNet, INT8, batch {}", p.at), p.value,
              (BusyPower(*plant, p.at, kTop) - idle) / first);
  }
}

}  // namespace

Result<std::vector<Figure>> Calibrate(const DeviceDescription& device) {
  Sheet sheet(device);
  BusyPowerByClock(sheet);
  PublishedLogs(sheet);
  PreparationBound(sheet);
  InferenceThroughput(sheet);
  NetPowerByBatch(sheet);
  return sheet.Take();
}

}  // namespace batchsizer::sim
