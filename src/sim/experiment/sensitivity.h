// How far the gains of `paper` over `dvfs` rest on the constants of the device that
// no public figure gives: each is moved by 10 % up and down, alone.
//
// Deterministic. Thread safety: free functions without state.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/device/device_description.h"
#include "sim/experiment/run_jobs.h"

namespace batchsizer::sim {

// A constant that was fitted or set by hand, and how it is moved.
struct FittedConstant {
  std::string_view name;  // as in the device's file
  void (*scale)(DeviceDescription& device, double factor);
};
[[nodiscard]] std::span<const FittedConstant> FittedConstants();

// By how much a constant is moved.
inline constexpr double kShift = 0.10;

struct ConstantShift {
  std::string_view constant;
  double factor = 1;                         // 0.9 or 1.1
  std::vector<std::optional<double>> gains;  // by job: paper over dvfs, relative
};

// Two a constant, down and up, in their order. what: its policies, and whose readings
// are kept, do not matter. Errors: as of RunJobs. When stopped, some are missing.
[[nodiscard]] Result<std::vector<ConstantShift>> ShiftConstants(const Testbed& testbed,
                                                                const JobsToRun& what);

}  // namespace batchsizer::sim
