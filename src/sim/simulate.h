// One policy against a curve, on virtual time: the real run loop and the real
// controller, around an accelerator that is a table.
//
// Deterministic for a seed. Thread safety: free functions without state.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "batchsizer/controller.h"
#include "record/summary.h"
#include "sim/curve.h"

namespace batchsizer::sim {

struct SimulateOptions {
  // batch_sizes and clocks may be left empty: powers of two within the curve's
  // range and its largest; every clock of the curve.
  ControllerOptions controller;
  bool batch_sizes_given = false;
  std::vector<SteppedCap::Step> cap;  // as SteppedCap has them
  Duration duration = std::chrono::seconds(300);
  double noise = 0.0;  // standard deviation of a reading, relative
  std::uint64_t seed = 1;
  const std::atomic<bool>* stop = nullptr;  // ends it after the batch in work; may be null
};

// records: every window and notice goes there too; may be null.
// Errors: kInvalidInput, for a batch size outside the curve too.
[[nodiscard]] Result<record::Summary> Simulate(const Curve& curve, const SimulateOptions& options,
                                               RecordSink* records);

}  // namespace batchsizer::sim
