// The figures of `profile`: the curve over the batch size (the paper's Fig. 1), or power
// and utilisation over time at one size (its Fig. 2).
//
// Thread safety: free functions without state.
#pragma once

#include <vector>

#include "cli/profile_report.h"
#include "record/report/figure.h"

namespace batchsizer::cli {

// REQUIRES: there are points.
[[nodiscard]] record::Figure CurveFigure(const ProfileReport& report);
[[nodiscard]] record::Figure TraceFigure(const ProfileReport& report,
                                         const std::vector<sim::PowerSample>& trace);

}  // namespace batchsizer::cli
