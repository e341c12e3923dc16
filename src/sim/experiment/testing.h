// What the tests of the experiments share: the P40, and its evaluation.
//
// Thread safety: one thread at a time.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "sim/device/known_devices.h"
#include "sim/experiment/paper_experiment.h"

namespace batchsizer::sim {

inline const std::atomic<bool> kNeverStop{false};

inline PaperOptions SmallPaper(std::string_view jobs, std::vector<std::string> policies) {
  PaperOptions options;
  options.device = LoadKnownDevice("p40").value();
  options.jobs = ParseJobs(jobs).value();
  options.policies = std::move(policies);
  options.images = 1000;
  options.threads = 2;
  options.stop = &kNeverStop;
  return options;
}

// The paper's twenty jobs under its two policies, its 10,000 images each. Made once.
inline const PaperResults& EmulatedPaper() {
  static const PaperResults kResults = [] {
    PaperOptions options = SmallPaper("all", {"paper", "dvfs"});
    options.images = 10000;
    options.shift_constants = false;
    return RunPaper(options).value().value();
  }();
  return kResults;
}

}  // namespace batchsizer::sim
