// A report as a folder: report.html, ID.csv a figure or table, figures/ID.svg, and the
// report's own files.
//
// Thread safety: free functions without state.
#pragma once

#include <string>

#include "batchsizer/result.h"
#include "record/report/figure.h"

namespace batchsizer::record {

// Makes folder, and those above it, if it is not there. All files are written beside
// their places first and moved there only when every one is complete: a full disk
// leaves what was there before. Where a report was there
// before, files of report.possible_ids that this one does not write are removed; others
// are left alone.
// Errors: kNotFound, kPermissionDenied, kInvalidInput for a path that is no folder and
// for two files of one name; kIo.
[[nodiscard]] Status WriteReportFolder(const Report& report, const std::string& folder);

// May be asked before the work, so that it is not done in vain: can files be written there?
[[nodiscard]] Status CheckReportFolder(const std::string& folder);

}  // namespace batchsizer::record
