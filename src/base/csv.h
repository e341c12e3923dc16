// Strict CSV tables of numbers: the curve, cap trace and power log files.
//
// Lines starting with '#' and blank lines are skipped, before the header too.
// The header must be exactly the expected columns. Errors (kInvalidInput) name
// file, line and column, and say what would be right.
// Thread safety: free functions without state.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"

namespace batchsizer::base {

struct NumberRow {
  int line = 0;  // 1-based, in the file
  std::vector<double> cells;
};

// REQUIRES: columns is not empty. Cells must be finite numbers; a column listed
// in may_be_nan may also say "nan" or "inf".
[[nodiscard]] Result<std::vector<NumberRow>> ParseNumberCsv(
    std::string_view text, std::string_view file_name, std::span<const std::string_view> columns,
    std::string_view may_be_nan = {});

}  // namespace batchsizer::base
