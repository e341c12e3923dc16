// A trace as one HTML page that stands alone: charts, decisions with their reasons,
// and the summary. Script, style and data are in it; it asks for nothing else.
//
// Thread safety: free functions without state.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "record/decision_list.h"
#include "record/trace_reader.h"

namespace batchsizer::record {

struct ExplainOptions {
  std::string title;      // any text
  std::string file_name;  // of the trace; any bytes
  std::string note;       // shown at the top; may be empty
  // The band is [alpha x cap, cap]; empty: not known, and not shown.
  std::optional<double> alpha;
};

// entries: ListDecisions(trace, options.alpha). summary: what the run printed with
// --json, checked by CheckSummaryFits; or null.
[[nodiscard]] std::string MakeExplainPage(const Trace& trace, const std::vector<ListEntry>& entries,
                                          const ExplainOptions& options,
                                          const nlohmann::json& summary);

}  // namespace batchsizer::record
