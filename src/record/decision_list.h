// The decisions of a trace as a list to read: one entry for a row of equal ones.
//
// Thread safety: free functions without state.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "record/trace_reader.h"

namespace batchsizer::record {

enum class EntryKind {
  kCap,     // from this window on to the next, the cap is another one
  kChange,  // another setting, or one that a fault forces (impossible, safe)
  kSame,    // the setting stays
};

struct ListEntry {
  EntryKind kind = EntryKind::kSame;
  // Indices of the windows that it stands for, both included.
  std::size_t first = 0;
  std::size_t last = 0;
  std::string action;  // "raise 16 → 32", "keep 32", "cap 200 → 130 W"
  std::string reason;  // a sentence
};

// In order of time. Decisions in a row fold into one entry when action, reason,
// setting before and after, and cap are the same.
[[nodiscard]] std::vector<ListEntry> ListDecisions(const Trace& trace, std::optional<double> alpha);

}  // namespace batchsizer::record
