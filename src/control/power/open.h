// Meters by name, for the command line: opening the one that a user asks for,
// and listing what this machine has.
//
// A spec is one of
//   auto                    rapl, else an hwmon chip known to measure the processor
//                           or the machine, else the estimate
//   rapl
//   hwmon[:CHIP[/LABEL]]    hwmon:amdgpu, hwmon:hwmon3, hwmon:ina3221/VDD_IN
//   estimate[:IDLE_W,MAX_W] estimate:10,65
//   replay:FILE             a recorded log, once
//   replay-loop:FILE        the same, over and over
//
// Errors: kInvalidInput for a spec that is none of these (the nearest is named);
// else those of the meter's own header.
// Thread safety: free functions without state.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/clock.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/result.h"
#include "control/power/estimate/estimate.h"
#include "control/power/sysfs.h"

namespace batchsizer::power {

// Where the meters look; tests point it elsewhere.
struct Machine {
  std::string powercap_root = "/sys/class/powercap";
  std::string hwmon_root = "/sys/class/hwmon";
  OpenFunction open = OpenReadOnly;
  CpuTimeFunction cpu_time = ProcessCpuTime;
};

// The clock must outlive the meter.
[[nodiscard]] Result<std::unique_ptr<PowerMeter>> OpenPowerMeter(std::string_view spec,
                                                                 const Clock& clock,
                                                                 const Machine& machine = {});

struct MeterStatus {
  std::string spec;  // what OpenPowerMeter takes for it
  bool usable = false;
  std::optional<MeterInfo> info;  // name, period, max_power; when it could be opened
  std::string note;               // not usable: what is missing and how to get it; else a remark
};

// Every kind of meter, measuring ones first; one entry for each hwmon chip.
[[nodiscard]] std::vector<MeterStatus> ListMeters(const Machine& machine = {});

struct ClockKnobStatus {
  std::string device;
  bool usable = false;
  std::string note;
};

// Whose clock can be set here. The processor's cannot: this build has no knob for it.
[[nodiscard]] std::vector<ClockKnobStatus> ListClockKnobs();

}  // namespace batchsizer::power
