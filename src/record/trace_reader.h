// Reads a trace file (record/trace_csv.h) back into the records that it was made of,
// as far as its columns tell.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/record.h"
#include "batchsizer/result.h"

namespace batchsizer::record {

struct Trace {
  // Times count from the start of the first run. Not in the file, and worked out:
  //   start             the end of the window before
  //   batches           images / batch size, rounded up
  //   energy            mean power x length; 0 without a reading
  //   decision.setting  what the next window ran with; of a last window, its own
  // Left as they are by default: excess_energy, readings, true_peak_power.
  std::vector<WindowRecord> windows;
  // Whether the last decision keeps the setting; else what it chose is not known.
  bool last_setting_known = true;
  int runs = 1;                       // one header each
  std::vector<std::string> comments;  // lines that begin with #, without it
  std::optional<int> torn_line;       // the last line, cut off by a kill; it is left out
};

// Errors: kInvalidInput, with file_name, line and column, and what would be right.
[[nodiscard]] Result<Trace> ParseTrace(std::string_view text, std::string_view file_name);

}  // namespace batchsizer::record
