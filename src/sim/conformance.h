// Replays conformance vectors: recorded readings in, batch sizes out, compared
// with what Algorithm 1 must choose. The policy is the real one.
//
// File: JSON with batch_sizes, alpha, window, initial_index (1-based), variant,
// cap_per_epoch, power_per_batch (the readings of each epoch), and
// expected_batch_per_epoch. Batch e runs in epoch e; the decision at its end
// has seen epochs 0..e and uses cap_per_epoch[e].
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/policies.h"

namespace batchsizer::sim {

struct ConformanceCase {
  std::string name;
  PolicyOptions policy;
  std::vector<double> cap_per_epoch_w;
  std::vector<std::vector<double>> power_per_batch_w;
  std::optional<std::vector<int>> expected_batch_per_epoch;
};

// Errors: kInvalidInput names the file and the field.
[[nodiscard]] Result<ConformanceCase> ParseConformanceCase(std::string_view text,
                                                           std::string_view file_name);
// The batch size that runs in each epoch. Errors: those of MakePolicy.
[[nodiscard]] Result<std::vector<int>> Replay(const ConformanceCase& test);

}  // namespace batchsizer::sim
