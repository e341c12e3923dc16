// Runs at one batch size, nothing chosen: what section 3 of the paper looks at.
//
// Deterministic. Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "batchsizer/result.h"
#include "sim/experiment/testbed.h"
#include "sim/power_trace.h"

namespace batchsizer::sim {

struct FixedRun {
  BatchSize batch_size;
  ImagesPerSecond throughput;
  Watts peak_power;  // highest reading
  Watts mean_power;  // of the device, not of the readings
};

// One line of Fig. 1.
struct BatchCurve {
  Workload workload;
  std::vector<FixedRun> runs;  // batch sizes ascending
};

// So many images at 1, 2, 4 .. 1024, as far as the device goes, at its default clock.
[[nodiscard]] Result<BatchCurve> MeasureCurve(const Testbed& testbed, const Workload& workload,
                                              std::int64_t images);

// One panel of Fig. 2.
struct BatchTrace {
  Workload workload;
  BatchSize batch_size;
  std::vector<PowerSample> samples;
};

// Batches of one size for so long. Errors: kInvalidInput for a size beyond the device.
[[nodiscard]] Result<BatchTrace> TraceBatches(const Testbed& testbed, const Workload& workload,
                                              BatchSize batch_size, Duration length);

}  // namespace batchsizer::sim
