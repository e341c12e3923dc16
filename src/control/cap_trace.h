// The cap trace file: CSV with header `time_s,power_cap_w`; each row holds from
// its time on.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/power_cap.h"

namespace batchsizer::control {

// Errors: kInvalidInput with file, line and column.
[[nodiscard]] Result<std::vector<SteppedCap::Step>> ParseCapTrace(std::string_view text,
                                                                  std::string_view file_name);
[[nodiscard]] Result<std::vector<SteppedCap::Step>> ReadCapTrace(const std::string& path);

}  // namespace batchsizer::control
