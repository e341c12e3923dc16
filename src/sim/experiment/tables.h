// The paper's tables, with ours beside them, and those that sum up.
//
// Thread safety: free functions without state.
#pragma once

#include "record/report/figure.h"
#include "sim/experiment/paper_results.h"

namespace batchsizer::sim {

// The networks: ours beside the paper's.
[[nodiscard]] record::Table Table1(const PaperResults& results);
// The jobs with their caps, and what `paper` and `dvfs` made of them.
[[nodiscard]] record::Table Table2(const PaperResults& results);
// A row a policy, over all jobs that were run.
[[nodiscard]] record::Table PoliciesTable(const PaperResults& results);
// A row a constant: how far the gains move with it.
[[nodiscard]] record::Table SensitivityTable(const PaperResults& results);

// Of throughput(policy) / throughput(dvfs) - 1 over the jobs that have both; NaN
// without one: the ratios' geometric mean.
[[nodiscard]] double MeanGain(const PaperResults& results, std::string_view policy);

}  // namespace batchsizer::sim
