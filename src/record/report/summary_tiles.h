// The figures at the top of a page about a run.
//
// Thread safety: free functions without state.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "record/summary.h"
#include "record/trace_reader.h"

namespace batchsizer::record {

// A figure for people: what, how much, and a few words on it. Plain text.
struct Tile {
  std::string label;
  std::string value;
  std::string unit;  // may be empty
  std::string note;  // may be empty
};

// of_trace: SummariseTrace(trace). summary: the run's own, as --json printed it, or
// null; what only it knows is shown with it, and left out without.
[[nodiscard]] std::vector<Tile> MakeTiles(const Trace& trace, const Summary& of_trace,
                                          const nlohmann::json& summary);

}  // namespace batchsizer::record
