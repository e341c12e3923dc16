#include <utility>

#include "control/power/hwmon/chips.h"
#include "control/power/open.h"

namespace batchsizer::power {
namespace {

// Opening is the only honest test of whether a meter can be used.
MeterStatus Try(std::string spec, const Machine& machine) {
  const SteadyClock clock;
  const auto meter = OpenPowerMeter(spec, clock, machine);
  if (!meter) return {std::move(spec), false, std::nullopt, meter.error().message};
  return {std::move(spec), true, (*meter)->Info(), ""};
}

}  // namespace

std::vector<MeterStatus> ListMeters(const Machine& machine) {
  std::vector<MeterStatus> meters{Try("rapl", machine)};
  const auto chips = FindHwmonChips(machine.hwmon_root);
  if (chips.empty()) meters.push_back(Try("hwmon", machine));
  for (const HwmonChip& chip : chips) {
    // The folder, not the name: two GPUs have the same name.
    meters.push_back(Try("hwmon:" + chip.folder, machine));
  }
  meters.push_back(Try("estimate", machine));
  meters.back().note = "a guess from CPU time, not a measurement";
  meters.push_back({"replay:FILE", true, std::nullopt, "plays a recorded log: time_s,power_w"});
  return meters;
}

std::vector<ClockKnobStatus> ListClockKnobs() {
  return {{"cpu", false,
           "no clock can be set on this machine: this build has no knob for the processor; the "
           "batch size is the only knob (emulated devices have a clock of their own)"}};
}

}  // namespace batchsizer::power
