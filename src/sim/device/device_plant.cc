#include "sim/device/device_plant.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "sim/device/batch_cost.h"

namespace batchsizer::sim {
namespace {

// The phases of one batch, in place.
struct Entry {
  std::array<Phase, BatchCost::kMostStretches + 2> phases;  // and the gap, and the spike
  std::size_t count = 0;                                    // 0: not computed yet

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
  info.utilisation_window = FromSeconds(device.sensor.utilisation_window_ms * 1e-3);
  const ThermalConstants& thermal = device.thermal;
  info.thermal = {.ambient_c = thermal.ambient_c,
                  .reference_c = thermal.reference_c,
                  .resistance_k_per_w = thermal.resistance_k_per_w,
                  .time_constant_s = thermal.time_constant_s,
                  .leakage_w_per_k = thermal.leakage_w_per_k};
  return info;
}

class DevicePlant final : public Plant {
 public:
  DevicePlant(PlantInfo info, const DeviceDescription& device, BatchCostModel model,
              const HostConstants& host, Duration preparation_per_image)
      : info_(std::move(info)),
        clocks_(device.clocks),
        power_(device.power),
        model_(std::move(model)),
        host_(host),
        preparation_s_(ToSeconds(preparation_per_image)),
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
    const ClockPoint& runs_at = WithinLimit(batch, at);
    const BatchCost cost = model_.Cost(batch, runs_at);
    Entry entry;
    entry.Add(GapSeconds(batch, cost.busy_s), runs_at.idle_power, 0);
    double spike_s = power_.spike_ms * 1e-3;
    for (const Stretch& stretch : cost.Stretches()) {
      // The spike is part of the first stretch.
      spike_s = std::min(spike_s, stretch.time_s);
      const Watts extra(stretch.extra_w);
      entry.Add(spike_s, runs_at.idle_power + (1 + power_.spike_share) * extra,
                stretch.utilisation);
      entry.Add(stretch.time_s - spike_s, runs_at.idle_power + extra, stretch.utilisation);
      spike_s = 0;
    }
    return entry;
  }

  // The clock that the board runs at when asked for that one.
  [[nodiscard]] const ClockPoint& WithinLimit(BatchSize batch, const ClockPoint& asked) const {
    const ClockPoint* at = &asked;
    const auto above = [&] {
      return at->idle_power.value() + model_.Cost(batch, *at).extra_w > power_.max_w;
    };
    while (at != clocks_.data() && above()) --at;
    return *at;
  }

  [[nodiscard]] double GapSeconds(BatchSize batch, double busy_s) const {
    const double preparation_s = preparation_s_ * batch.value();
    const double waiting_s =
        host_.overlapped ? std::max(0.0, preparation_s - busy_s) : preparation_s;
    return host_.per_batch_us * 1e-6 + waiting_s;
  }

  PlantInfo info_;
  std::vector<ClockPoint> clocks_;
  PowerConstants power_;
  BatchCostModel model_;
  HostConstants host_;
  double preparation_s_;                  // an image
  std::vector<std::vector<Entry>> rows_;  // by clock, then batch size; filled on demand
};

// The description's host of that name.
Result<HostConstants> FindHost(const DeviceDescription& device, std::string_view name) {
  const auto at = device.hosts.find(name);
  if (at != device.hosts.end()) return at->second;
  std::vector<std::string_view> known;
  for (const auto& [host, constants] : device.hosts) known.push_back(host);
  const auto nearest = base::Nearest(name, known);
  return MakeError(ErrorCode::kNotFound,
                   fmt::format("{} has no host '{}'; {}", device.title, name,
                               nearest ? fmt::format("did you mean '{}'?", *nearest)
                                       : fmt::format("known: {}", fmt::join(known, ", "))));
}

// The longest batch that is worth emulating: an hour, or as many readings as fit into
// memory. Only a description that makes no sense comes near either.
double LongestSeconds(const DeviceDescription& device) {
  constexpr double kHour = 3600;
  constexpr double kMostReadings = 1e6;
  const double period_s = device.sensor.period_ms * 1e-3;
  return period_s > 0 ? std::min(kHour, kMostReadings * period_s) : kHour;
}

double SlowestSeconds(const DeviceDescription& device, const BatchCostModel& cost,
                      const HostConstants& host, const HostUse& use, int batch) {
  return cost.Cost(BatchSize(batch), device.clocks.front()).busy_s + host.per_batch_us * 1e-6 +
         ToSeconds(use.preparation_per_image) * batch;
}

}  // namespace

Result<std::unique_ptr<Plant>> CreateDevicePlant(const DeviceDescription& device,
                                                 const flow::ModelSummary& model,
                                                 const HostUse& use) {
  BATCHSIZER_CHECK(use.preparation_per_image >= Duration(0));
  const auto host = FindHost(device, use.name);
  if (!host) return tl::unexpected<Error>(host.error());
  BatchCostModel cost(device, model, *host);
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
        fmt::format("the model needs {:.3g} GB for a batch of {}, {} has {} GB",
                    cost.Bytes(first) * 1e-9, first.value(), device.title, device.memory.size_gb));
  }
  int largest = device.largest_batch.value();
  while (cost.Bytes(BatchSize(largest)) > memory) --largest;
  const double longest_s = LongestSeconds(device);
  const auto seconds = [&](int batch) { return SlowestSeconds(device, cost, *host, use, batch); };
  constexpr double kShortest = 1e-8;  // time moves in nanoseconds
  if (!(seconds(first.value()) <= longest_s && seconds(first.value()) >= kShortest)) {
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format(
            "a batch of {} takes {:.3g} s on {} at its lowest clock, {:.3g} to {:.3g} s can "
            "be emulated; its constants must be wrong",
            first.value(), seconds(first.value()), device.title, kShortest, longest_s));
  }
  while (largest > first.value() && !(seconds(largest) <= longest_s)) largest = largest / 2;
  PlantInfo info = InfoOf(device, BatchSize(std::max(largest, first.value())));
  if (model.fixed_batch_size) info.smallest = info.largest = *model.fixed_batch_size;
  return std::make_unique<DevicePlant>(std::move(info), device, std::move(cost), *host,
                                       use.preparation_per_image);
}

}  // namespace batchsizer::sim
