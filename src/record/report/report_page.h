// A report as one HTML page that stands alone: charts with values to point at, tables,
// claims, light and dark, for screens, phones and paper. It asks for nothing from outside.
//
// Thread safety: free functions without state.
#pragma once

#include <string>

#include "record/report/figure.h"

namespace batchsizer::record {

// Links to figures/ID.svg and ID.csv beside it, as WriteReportFolder writes them.
[[nodiscard]] std::string ReportToHtml(const Report& report);

}  // namespace batchsizer::record
