// The processor's own energy counters (RAPL), read through Linux's powercap
// folder. Intel's and AMD's processors both appear there as intel-rapl:N.
//
// Power is the energy counted between two polls over the time between them,
// summed over the domains named package-*: cores, caches and the processor's
// own graphics, not memory modules, disks or a separate GPU. The counter wraps
// around at max_energy_range_uj, which is taken into account.
//
// Period, 50 ms by default: the counter moves about once a millisecond, at a
// moment we cannot see, so a reading is off by up to 1 ms / period = 2 %.
// Shorter is noisier; longer smears out the spikes that count against the cap.
//
// When something is wrong: a file that cannot be read gives no reading; content
// that is not a number gives a NaN reading, which the sensor guard judges; both
// leave the baseline, so the next good reading covers the time since the last
// good one. After more than 60 s without a poll the counter may have wrapped
// more than once: no reading, a new baseline.
//
// Thread safety: one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "batchsizer/clock.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/result.h"
#include "control/power/sysfs.h"

namespace batchsizer::power {

struct RaplOptions {
  std::string root = "/sys/class/powercap";
  Duration period = std::chrono::milliseconds(50);  // > 0
  OpenFunction open = OpenReadOnly;
};

// The clock must outlive the meter.
// max_power is the sum over the packages of the rated power
// (constraint_0_max_power_uw) or, where higher, the short-term limit
// (constraint_1_power_limit_uw, unless beyond 5 x the rated: boards write 4095 W
// for "none"); unknown when a package states no rated power.
// The first reading comes one period after opening.
// Errors: kUnavailable (no such counters here), kPermissionDenied (only root may
// read them unless somebody allowed it: the message says how), kIo.
[[nodiscard]] Result<std::unique_ptr<PowerMeter>> OpenRapl(const Clock& clock,
                                                           const RaplOptions& options = {});

}  // namespace batchsizer::power
