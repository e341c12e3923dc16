// The paper's evaluation, from the device's description to every number in it.
//
// Deterministic for a seed, whatever the number of threads.
// Thread safety: free functions without state.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "batchsizer/result.h"
#include "sim/experiment/paper_results.h"

namespace batchsizer::sim {

struct PaperOptions {
  DeviceDescription device;
  std::vector<PaperJob> jobs;
  std::vector<std::string> policies;
  std::int64_t images = kPaperImages;  // a job
  std::uint64_t seed = 1;
  bool shift_constants = true;  // else results have no shifts
  // The user's own copy of either set; empty: drawn.
  InputSets own_sets = {};
  // What makes the same results once more, for the report.
  std::string command = kPaperCommand;
  int threads = 1;
  // Called on any thread, by several at once, when one of StepsOf(options) is done.
  std::function<void()> step_done = {};
  const std::atomic<bool>* stop = nullptr;  // required
};

// The five jobs of Figs 7 and 8, as far as they were run: the largest gain and the
// largest loss of the paper, the loosest cap, a tight one, and one in between.
[[nodiscard]] std::span<const int> ShownJobs();

// How many steps there are to be done.
[[nodiscard]] int StepsOf(const PaperOptions& options);

// Empty when it was stopped. Errors: those of Testbed::Create and RunJobs.
[[nodiscard]] Result<std::optional<PaperResults>> RunPaper(const PaperOptions& options);

}  // namespace batchsizer::sim
