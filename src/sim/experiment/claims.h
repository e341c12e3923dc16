// The paper's checkable sentences, each beside what was measured. Verdicts are worked
// out from the results; only the reasons for a difference are written by hand.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "record/report/figure.h"
#include "sim/experiment/paper_results.h"

namespace batchsizer::sim {

struct ClaimRule {
  std::string_view id;  // "peak-power-rises"
  // Empty where what it speaks of was not run.
  std::optional<record::Claim> (*judge)(const PaperResults& results);
};

// In the order of the paper.
[[nodiscard]] std::span<const ClaimRule> ClaimRules();

// REQUIRES: a rule of that id.
[[nodiscard]] std::optional<record::Claim> JudgeClaim(std::string_view id,
                                                      const PaperResults& results);
// Those that can be judged.
[[nodiscard]] std::vector<record::Claim> JudgeClaims(const PaperResults& results);

}  // namespace batchsizer::sim
