// Jobs under policies, all of them, on a few threads.
//
// Results are the same whatever the number of threads.
// Thread safety: free functions without state.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"
#include "sim/experiment/paper_jobs.h"
#include "sim/experiment/run_policy.h"
#include "sim/experiment/testbed.h"

namespace batchsizer::sim {

struct JobResult {
  PaperJob job;
  // The best pair of any batch size 1 .. 256 and clock whose observed peak power is at
  // or under the cap, run for ever; 0 where there is none.
  ImagesPerSecond oracle;
  std::vector<PolicyRun> runs;  // in the order of the policies

  // Null where that policy was not run.
  [[nodiscard]] const PolicyRun* Find(std::string_view policy) const;
};

// By how much `policy` is faster than `base`, relative; empty unless both were run.
[[nodiscard]] std::optional<double> GainOver(const JobResult& result, std::string_view policy,
                                             std::string_view base);

struct JobsToRun {
  std::vector<PaperJob> jobs;
  std::vector<std::string> policies;
  std::int64_t images = 10000;
  std::vector<int> keep_readings_of = {};  // numbers of jobs
  bool find_oracle = true;                 // else it stays 0
  int threads = 1;
  std::function<void()> job_done = {};      // one more is done; on any thread; may be empty
  const std::atomic<bool>* stop = nullptr;  // required
};

// In the order of the jobs. When stop was set meanwhile, some have no runs. Errors:
// the first job's that has one.
[[nodiscard]] Result<std::vector<JobResult>> RunJobs(const Testbed& testbed, const JobsToRun& what);

}  // namespace batchsizer::sim
