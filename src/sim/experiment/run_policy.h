// One policy on one job: the real run loop and the real controller around an
// emulated accelerator, until so many images are done. Time is the device's.
//
// Deterministic. Thread safety: free functions without state.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "batchsizer/policies.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/record.h"
#include "batchsizer/result.h"
#include "record/summary.h"
#include "sim/emulated_accelerator.h"

namespace batchsizer::sim {

struct PolicyRunOptions {
  std::string policy;
  Watts cap;
  std::int64_t images = 10000;
  std::vector<CurvePoint> known_curve = {};  // for `oracle`
  bool keep_readings = false;
  const std::atomic<bool>* stop = nullptr;  // required
};

struct PolicyRun {
  std::string policy;
  record::Summary summary;
  std::vector<WindowRecord> windows;  // times count from the accelerator's start
  // Empty unless asked for: every reading that the sensor gave, and when batches ended.
  std::vector<PowerReading> readings;
  std::vector<TimePoint> batch_ends;

  // The highest observed power of any window; 0 W without a reading.
  [[nodiscard]] Watts HighestPeak() const;
  // How many windows there are until the last change of the setting.
  [[nodiscard]] std::size_t WindowsToSettle() const;
};

// The paper's set-up: batch sizes 1, 2, 4 .. 256 (as far as the device goes), windows
// of 10 batches, alpha 0.8. Errors: those of Controller::Create and runtime::RunAll.
[[nodiscard]] Result<PolicyRun> RunPolicy(EmulatedAccelerator& accelerator,
                                          const PolicyRunOptions& options);

}  // namespace batchsizer::sim
