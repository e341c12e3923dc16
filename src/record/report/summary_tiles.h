// The figures at the top of a page about a run.
//
// Thread safety: free functions without state.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "record/report/tile.h"
#include "record/summary.h"
#include "record/trace_reader.h"

namespace batchsizer::record {

// of_trace: SummariseTrace(trace). summary: the run's own, as --json printed it, or
// null; what only it knows is shown with it, and left out without.
[[nodiscard]] std::vector<Tile> MakeTiles(const Trace& trace, const Summary& of_trace,
                                          const nlohmann::json& summary);

}  // namespace batchsizer::record
