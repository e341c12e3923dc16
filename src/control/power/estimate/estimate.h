// A guess at the processor's power, for machines that measure none (virtual
// machines, containers). It is labelled as an estimate wherever it shows up.
//
//   power = idle + (max - idle) * busy
//   busy  = CPU time of this process / (time * cores), held within [0, 1]
//
// It follows how many cores this process keeps busy, and nothing else: not other
// processes, the clock, vector units or memory. The defaults are those of a
// common desktop processor (10 W idle, 65 W at full load), not of yours: give
// your own figures where they matter. Good enough to try the controller out;
// never a basis for a claim in watts.
//
// Period 100 ms by default: kernels that count CPU time by ticks do so every
// 1 to 10 ms, so a reading is at most about 10 % of the range off.
// Thread safety: one thread at a time.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "batchsizer/clock.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/result.h"

namespace batchsizer::power {

// CPU time that this process has used so far, all threads together.
using CpuTimeFunction = std::function<Duration()>;
[[nodiscard]] Duration ProcessCpuTime();

struct EstimateOptions {
  Watts idle{10};
  Watts max{65};
  int cores = 0;  // what "fully busy" means; 0: as many as this process may use
  Duration period = std::chrono::milliseconds(100);  // > 0
  CpuTimeFunction cpu_time = ProcessCpuTime;         // must not allocate
};

// The clock must outlive the meter. Its time and the CPU time must run at the
// same speed. The first reading comes one period after opening.
// Errors: kInvalidInput (not 0 <= idle < max, or cores < 0).
[[nodiscard]] Result<std::unique_ptr<PowerMeter>> OpenEstimate(const Clock& clock,
                                                               EstimateOptions options = {});

}  // namespace batchsizer::power
