#include "sim/device/device_plant.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/check.h"
#include "sim/device/batch_cost.h"

namespace batchsizer::sim {
namespace {

// The phases of one batch, in place.
struct Entry {
  std::array<Phase, 3> phases;
  std::size_t count = 0;  // 0: not computed yet

  void Add(double seconds, Watts power, double utilisation) {
    const Duration time = FromSeconds(seconds);
    if (time.count() > 0) phases.at(count++) = Phase{time, power, utilisation};
  }
};

PlantInfo InfoOf(const DeviceDescription& device, BatchSize largest) {
  PlantInfo info;
  info.name = "emulated:" + device.name;
  for (const ClockPoint& point : device.clocks) {
    info.clocks.push_back(point.clock);
    if (point.clock == device.default_clock) info.idle_power = point.idle_power;
  }
  info.default_clock = device.default_clock;
  info.largest = largest;
  info.max_power = Watts(device.power.max_w);
  info.sensor_period = FromSeconds(device.sensor.period_ms * 1e-3);
  info.sensor_window = FromSeconds(device.sensor.window_ms * 1e-3);
  return info;
}

class DevicePlant final : public Plant {
 public:
  DevicePlant(PlantInfo info, const DeviceDescription& device, BatchCostModel model,
              const HostPreparation& preparation)
      : info_(std::move(info)),
        clocks_(device.clocks),
        launch_(device.launch),
        power_(device.power),
        model_(std::move(model)),
        preparation_(preparation),
        rows_(device.clocks.size()) {}

  [[nodiscard]] const PlantInfo& Info() const override { return info_; }

  [[nodiscard]] std::span<const Phase> Batch(BatchSize batch, Megahertz clock) override {
    BATCHSIZER_CHECK(batch >= info_.smallest && batch <= info_.largest);
    const std::size_t at = IndexOf(clock);
    std::vector<Entry>& row = rows_[at];
    if (row.empty()) row.resize(static_cast<std::size_t>(info_.largest.value()) + 1);
    Entry& entry = row[static_cast<std::size_t>(batch.value())];
    if (entry.count == 0) entry = Compute(batch, clocks_[at]);
    return {entry.phases.data(), entry.count};
  }

 private:
  [[nodiscard]] std::size_t IndexOf(Megahertz clock) const {
    std::size_t at = 0;
    while (at < clocks_.size() && clocks_[at].clock != clock) ++at;
    BATCHSIZER_CHECK(at < clocks_.size());
    return at;
  }

  [[nodiscard]] Entry Compute(BatchSize batch, const ClockPoint& at) const {
    const BatchCost cost = model_.Cost(batch, at);
    const double spike_s = std::min(power_.spike_ms * 1e-3, cost.busy_s * power_.spike_max_share);
    const Watts spike_power = at.idle_power + Watts(cost.extra_w * (1 + power_.spike_share));
    Entry entry;
    entry.Add(GapSeconds(batch, cost.busy_s), at.idle_power, 0);
    entry.Add(spike_s, spike_power, cost.utilisation);
    entry.Add(cost.busy_s - spike_s, at.idle_power + Watts(cost.extra_w), cost.utilisation);
    return entry;
  }

  [[nodiscard]] double GapSeconds(BatchSize batch, double busy_s) const {
    const double preparation_s = ToSeconds(preparation_.per_image) * batch.value();
    const double waiting_s =
        preparation_.overlapped ? std::max(0.0, preparation_s - busy_s) : preparation_s;
    return launch_.per_batch_us * 1e-6 + waiting_s;
  }

  PlantInfo info_;
  std::vector<ClockPoint> clocks_;
  LaunchConstants launch_;
  PowerConstants power_;
  BatchCostModel model_;
  HostPreparation preparation_;
  std::vector<std::vector<Entry>> rows_;  // by clock, then batch size; filled on demand
};

}  // namespace

Result<std::unique_ptr<Plant>> CreateDevicePlant(const DeviceDescription& device,
                                                 const flow::ModelSummary& model,
                                                 const HostPreparation& preparation) {
  BATCHSIZER_CHECK(preparation.per_image >= Duration(0));
  BatchCostModel cost(device, model);
  if (cost.Empty()) {
    return MakeError(ErrorCode::kInvalidInput,
                     "the model has no layer that a device would run, so there is nothing to "
                     "emulate; a model with at least one computing node is needed");
  }
  const double memory = device.memory.size_gb * 1e9;
  const BatchSize first = model.fixed_batch_size.value_or(BatchSize(1));
  if (cost.Bytes(first) > memory) {
    return MakeError(
        ErrorCode::kUnsupported,
        fmt::format("the model needs {:.1f} GB for a batch of {}, {} has {} GB",
                    cost.Bytes(first) * 1e-9, first.value(), device.title, device.memory.size_gb));
  }
  int largest = device.largest_batch.value();
  while (cost.Bytes(BatchSize(largest)) > memory) --largest;
  PlantInfo info = InfoOf(device, BatchSize(largest));
  if (model.fixed_batch_size) info.smallest = info.largest = *model.fixed_batch_size;
  return std::make_unique<DevicePlant>(std::move(info), device, std::move(cost), preparation);
}

}  // namespace batchsizer::sim
