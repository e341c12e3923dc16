#include "sim/device/calibration.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "sim/device/device_plant.h"
#include "sim/device/make_curve.h"
#include "sim/device/reference_networks.h"

namespace batchsizer::sim {
namespace {

using PlantPointer = std::unique_ptr<Plant>;

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

  // Null, with the error kept, where the network cannot be emulated.
  Plant* Load(const DeviceDescription& device, const flow::ModelSummary& model,
              const HostPreparation& preparation = {}) {
    auto plant = CreateDevicePlant(device, model, preparation);
    if (!plant) {
      status_ = tl::unexpected<Error>(plant.error());
      return nullptr;
    }
    plant_ = std::move(*plant);
    return plant_.get();
  }

  [[nodiscard]] const DeviceDescription& Device() const { return device_; }

  [[nodiscard]] Result<std::vector<Figure>> Take() {
    if (!status_) return tl::unexpected<Error>(status_.error());
    return std::move(figures_);
  }

 private:
  const DeviceDescription& device_;
  Figure group_;
  std::vector<Figure> figures_;
  PlantPointer plant_;
  Status status_;
};

struct Pair {
  int at;  // a clock in MHz, or a batch size
  double value;
};

// The stretch at full work, without gap and spike: what a median of samples shows.
double BusyPower(Plant& plant, int batch, Megahertz clock) {
  return plant.Batch(BatchSize(batch), clock).back().power.value();
}

double ObservedPeak(Plant& plant, int batch, Megahertz clock) {
  return PointOf(plant, BatchSize(batch), clock, PeakKind::kObserved).power.value();
}

double Throughput(Plant& plant, int batch, Megahertz clock) {
  return PointOf(plant, BatchSize(batch), clock, PeakKind::kTrue).throughput.value();
}

void AddBusyPower(Sheet& sheet, std::string_view net, const flow::ModelSummary& model,
                  std::initializer_list<Pair> published) {
  Plant* plant = sheet.Load(sheet.Device(), model);
  if (plant == nullptr) return;
  for (const Pair& p : published) {
    sheet.Add(fmt::format("{}, batch 256, {} MHz", net, p.at), p.value,
              BusyPower(*plant, 256, Megahertz(p.at)));
  }
}

void AddPeakByBatch(Sheet& sheet, std::string_view net, const flow::ModelSummary& model,
                    std::initializer_list<Pair> published) {
  const auto found = sheet.Device().preparation_ms.find("caltech256");
  const double image_ms = found == sheet.Device().preparation_ms.end() ? 0 : found->second;
  Plant* plant = sheet.Load(sheet.Device(), model, {FromSeconds(image_ms * 1e-3), false});
  if (plant == nullptr) return;
  for (const Pair& p : published) {
    sheet.Add(fmt::format("{}, batch {}, 1531 MHz", net, p.at), p.value,
              ObservedPeak(*plant, p.at, Megahertz(1531)));
  }
}

void BusyPowerByClock(Sheet& sheet) {
  sheet.Group("busy power (median, BatchDVFS logs)", "W", 0.10, 4);
  AddBusyPower(sheet, "ResNet-v2-101", ResNetV2(101, Fusion::kNone),
               {{1063, 119}, {1189, 133}, {1303, 147}, {1430, 164}, {1531, 184}});
  AddBusyPower(sheet, "ResNet-v2-50", ResNetV2(50, Fusion::kNone),
               {{1063, 113}, {1189, 129}, {1303, 142}, {1430, 165}});
  AddBusyPower(sheet, "Inception-v3", InceptionV3(Fusion::kNone),
               {{544, 85}, {1063, 118}, {1531, 185}});
  sheet.Group("busy power (maximum, BatchDVFS logs)", "W", 0.10, 4);
  if (Plant* plant = sheet.Load(sheet.Device(), MobileNetV1(Fusion::kNone))) {
    for (const Pair& p : {Pair{1063, 126}, Pair{1430, 157}, Pair{1531, 174}}) {
      sheet.Add(fmt::format("MobileNet-v1, batch 256, {} MHz", p.at), p.value,
                ObservedPeak(*plant, 256, Megahertz(p.at)));
    }
  }
}

void PeakPowerByBatch(Sheet& sheet) {
  sheet.Group("peak power over batch size (maximum of 3 s, BatchDVFS logs)", "W", 0.40, 1);
  AddPeakByBatch(sheet, "MobileNet-v1", MobileNetV1(Fusion::kNone), {{1, 62}, {5, 76}, {17, 115}});
  AddPeakByBatch(sheet, "Inception-v3", InceptionV3(Fusion::kNone),
                 {{1, 72}, {5, 90}, {9, 134}, {13, 160}, {33, 180}});
  AddPeakByBatch(sheet, "ResNet-v2-50", ResNetV2(50, Fusion::kNone),
                 {{5, 124}, {17, 138}, {33, 153}, {49, 168}});
  AddPeakByBatch(sheet, "ResNet-v2-101", ResNetV2(101, Fusion::kNone),
                 {{5, 130}, {13, 165}, {33, 182}, {73, 204}});
  sheet.Group("the same, of a network left out of the final fit", "W", 0.20, 0);
  AddPeakByBatch(sheet, "ResNet-v2-152", ResNetV2(152, Fusion::kNone),
                 {{1, 88}, {5, 136}, {13, 179}, {49, 198}});
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

void InferenceThroughput(Sheet& sheet) {
  sheet.Group("throughput (TensorRT, vendor's white paper)", "images/s", 0.05, 16);
  if (Plant* plant = sheet.Load(sheet.Device(), GoogLeNet(Fusion::kFull))) {
    sheet.Add("GoogLeNet, float32, batch 128", 2215, Throughput(*plant, 128, Megahertz(1531)));
  }
  sheet.Group("throughput relative to batch 2048 (TensorRT INT8)", "1", 0.15, 1);
  if (Plant* plant = sheet.Load(InEightBits(sheet.Device()), GoogLeNet(Fusion::kFull))) {
    const double most = Throughput(*plant, 2048, Megahertz(1531));
    for (const Pair& p : {Pair{1, 594}, Pair{32, 5417}, Pair{64, 6059}, Pair{128, 6410},
                          Pair{256, 6630}, Pair{512, 6763}, Pair{1024, 6822}}) {
      sheet.Add(fmt::format("GoogLeNet, INT8, batch {}", p.at), p.value / 6842,
                Throughput(*plant, p.at, Megahertz(1531)) / most);
    }
  }
}

void NetPowerByBatch(Sheet& sheet) {
  sheet.Group("power above idle relative to batch 1 (TensorRT INT8)", "1", 0.35, 1);
  Plant* plant = sheet.Load(InEightBits(sheet.Device()), AlexNet());
  if (plant == nullptr) return;
  const double idle = plant->Info().idle_power.value();
  const double first = BusyPower(*plant, 1, Megahertz(1531)) - idle;
  for (const Pair& p : {Pair{32, 1.79}, Pair{128, 2.08}, Pair{512, 2.23}}) {
    sheet.Add(fmt::format("AlexNet, INT8, batch {}", p.at), p.value,
              (BusyPower(*plant, p.at, Megahertz(1531)) - idle) / first);
  }
}

}  // namespace

Result<std::vector<Figure>> Calibrate(const DeviceDescription& device) {
  Sheet sheet(device);
  BusyPowerByClock(sheet);
  PeakPowerByBatch(sheet);
  InferenceThroughput(sheet);
  NetPowerByBatch(sheet);
  return sheet.Take();
}

}  // namespace batchsizer::sim
