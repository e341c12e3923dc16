// Everything that the paper's evaluation measures, as plain values: figures, tables,
// claims and files are made from these alone.
//
// Thread safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/device/device_description.h"
#include "sim/experiment/fixed_batches.h"
#include "sim/experiment/run_jobs.h"
#include "sim/experiment/sensitivity.h"

namespace batchsizer::sim {

// Makes the whole, every figure and table of it, as in the paper.
inline constexpr const char* kPaperCommand = "batchsizer experiment paper --out DIR";

struct NetworkFacts {
  std::string name;
  double parameters_m = 0;
  double macs_g = 0;
  double file_mb = 0;  // weights in float32, 1e6 bytes
};

struct PaperResults {
  DeviceDescription device;
  std::string command = kPaperCommand;  // that makes these
  std::vector<std::string> policies;
  std::int64_t images = 0;  // a job
  std::uint64_t seed = 1;
  std::size_t own_imagenet = 0;  // images of the user's own copy; 0: drawn
  std::size_t own_caltech256 = 0;
  std::vector<NetworkFacts> networks;  // as in Table 1
  std::vector<BatchCurve> curves;      // Fig. 1
  std::vector<BatchTrace> traces;      // Fig. 2
  std::vector<JobResult> jobs;
  std::vector<ConstantShift> shifts;  // of the gains of jobs, in their order

  // The device's description has the host that the paper's was: images one after another.
  [[nodiscard]] bool HasPapersHost() const { return device.hosts.contains(kPaperHost); }
  // Null where that job was not run.
  [[nodiscard]] const JobResult* FindJob(int number) const {
    for (const JobResult& result : jobs) {
      if (result.job.number == number) return &result;
    }
    return nullptr;
  }
  [[nodiscard]] bool Ran(std::string_view policy) const {
    for (const std::string& name : policies) {
      if (name == policy) return true;
    }
    return false;
  }
};

}  // namespace batchsizer::sim
