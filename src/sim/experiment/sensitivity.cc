#include "sim/experiment/sensitivity.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "runtime/pieces.h"

namespace batchsizer::sim {
namespace {

using Device = DeviceDescription;

void ScaleShare(double& share, double factor) { share = std::min(1.0, share * factor); }

// What one clock's voltage rises by over the lowest clock's, not the voltage itself.
// Nothing where the device has no such clock.
template <int mhz>
void ScaleVoltageRise(Device& device, double factor) {
  for (ClockPoint& point : device.clocks) {
    if (point.clock != Megahertz(mhz)) continue;
    point.relative_voltage = 1 + (point.relative_voltage - 1) * factor;
  }
}

void ScaleIdlePower(Device& device, double factor) {
  for (ClockPoint& point : device.clocks) point.idle_power = factor * point.idle_power;
}

// A constant of the paper's host, where the device has it.
template <double HostConstants::*constant>
void ScaleHost(Device& device, double factor) {
  const auto host = device.hosts.find(kPaperHost);
  if (host != device.hosts.end()) host->second.*constant *= factor;
}

constexpr auto kConstants = std::to_array<FittedConstant>({
    {"compute.efficiency", [](Device& d, double f) { ScaleShare(d.compute.efficiency, f); }},
    {"compute.half_efficiency_depth",
     [](Device& d, double f) { d.compute.half_efficiency_depth *= f; }},
    {"compute.half_occupancy_outputs",
     [](Device& d, double f) { d.compute.half_occupancy_outputs *= f; }},
    {"memory.efficiency", [](Device& d, double f) { ScaleShare(d.memory.efficiency, f); }},
    {"memory.cache_mb", [](Device& d, double f) { d.memory.cache_mb *= f; }},
    {"clocks.voltage_1189", ScaleVoltageRise<1189>},
    {"clocks.voltage_1303", ScaleVoltageRise<1303>},
    {"clocks.voltage_1430", ScaleVoltageRise<1430>},
    {"clocks.voltage_1531", ScaleVoltageRise<1531>},
    {"clocks.idle_w", ScaleIdlePower},
    {"power.active_w", [](Device& d, double f) { d.power.active_w *= f; }},
    {"power.arithmetic_w", [](Device& d, double f) { d.power.arithmetic_w *= f; }},
    {"power.memory_w", [](Device& d, double f) { d.power.memory_w *= f; }},
    {"power.spike_share", [](Device& d, double f) { d.power.spike_share *= f; }},
    {"power.spike_ms", [](Device& d, double f) { d.power.spike_ms *= f; }},
    {"thermal.ambient_c", [](Device& d, double f) { d.thermal.ambient_c *= f; }},
    {"thermal.reference_c", [](Device& d, double f) { d.thermal.reference_c *= f; }},
    {"thermal.time_constant_s", [](Device& d, double f) { d.thermal.time_constant_s *= f; }},
    {"thermal.leakage_w_per_k", [](Device& d, double f) { d.thermal.leakage_w_per_k *= f; }},
    {"thermal.resistance_k_per_w", [](Device& d, double f) { d.thermal.resistance_k_per_w *= f; }},
    {"hosts.paper.per_layer_us", ScaleHost<&HostConstants::per_layer_us>},
    {"hosts.paper.per_batch_us", ScaleHost<&HostConstants::per_batch_us>},
    {"hosts.paper.per_image_ms", ScaleHost<&HostConstants::per_image_ms>},
    {"hosts.paper.per_megapixel_ms", ScaleHost<&HostConstants::per_megapixel_ms>},
    {"hosts.paper.per_kib_ms", ScaleHost<&HostConstants::per_kib_ms>},
});

ConstantShift ShiftAt(std::size_t index) {
  const FittedConstant& constant = kConstants.at(index / 2);
  return {
      .constant = constant.name, .factor = index % 2 == 0 ? 1 - kShift : 1 + kShift, .gains = {}};
}

Result<ConstantShift> RunShift(const Testbed& testbed, const JobsToRun& what, std::size_t index) {
  ConstantShift shift = ShiftAt(index);
  DeviceDescription device = testbed.device();
  kConstants.at(index / 2).scale(device, shift.factor);
  const auto results = RunJobs(testbed.On(device), what);
  if (!results) return tl::unexpected<Error>(results.error());
  for (const JobResult& result : *results) shift.gains.push_back(GainOver(result, "paper", "dvfs"));
  return shift;
}

}  // namespace

std::span<const FittedConstant> FittedConstants() { return kConstants; }

Result<std::vector<ConstantShift>> ShiftConstants(const Testbed& testbed, const JobsToRun& what) {
  BATCHSIZER_CHECK(what.stop != nullptr);
  JobsToRun gains = what;
  gains.policies = {"paper", "dvfs"};
  gains.keep_readings_of = {};
  gains.find_oracle = false;
  gains.threads = 1;  // the shifts run beside each other
  gains.job_done = {};
  std::vector<ConstantShift> shifts(2 * kConstants.size());
  const auto work = [&](int i) -> Status {
    auto shift = RunShift(testbed, gains, static_cast<std::size_t>(i));
    if (!shift) return tl::unexpected<Error>(shift.error());
    shifts[static_cast<std::size_t>(i)] = std::move(*shift);
    if (what.job_done) what.job_done();
    return {};
  };
  const auto done =
      runtime::DoPieces(static_cast<int>(shifts.size()), what.threads, *what.stop, work);
  if (!done.status) return tl::unexpected<Error>(done.status.error());
  return shifts;
}

}  // namespace batchsizer::sim
