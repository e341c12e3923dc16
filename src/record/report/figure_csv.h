// The numbers of figures and tables as CSV: every value, none thinned out. See docs/report.md.
//
// Thread safety: free functions without state.
#pragma once

#include <string>

#include "record/report/figure.h"

namespace batchsizer::record {

// Tidy: one row a value, with the header panel,series,x,y,low,high,x_axis,y_axis,note.
// low, high and note only where something has them.
[[nodiscard]] std::string FigureToCsv(const Figure& figure);
// One row a row, with the columns' headers and units: "Throughput (images/s)".
[[nodiscard]] std::string TableToCsv(const Table& table);

}  // namespace batchsizer::record
