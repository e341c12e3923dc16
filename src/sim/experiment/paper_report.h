// The evaluation as a report: sections, figures, tables, claims, and jobs.csv.
//
// The same results give the same bytes: there is no date in it.
// Thread safety: free functions without state.
#pragma once

#include "record/report/figure.h"
#include "sim/experiment/paper_results.h"

namespace batchsizer::sim {

[[nodiscard]] record::Report PaperReport(const PaperResults& results);

}  // namespace batchsizer::sim
