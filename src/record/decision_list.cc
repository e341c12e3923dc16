#include "record/decision_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "record/reason_text.h"

namespace batchsizer::record {
namespace {

bool SameDecision(const WindowRecord& a, const WindowRecord& b) {
  return a.decision.action == b.decision.action && a.decision.reason == b.decision.reason &&
         a.decision.setting == b.decision.setting && a.setting == b.setting && a.cap == b.cap &&
         a.peak_power.has_value() == b.peak_power.has_value();
}

EntryKind KindOf(const WindowRecord& window) {
  const Decision& decision = window.decision;
  const bool forced = decision.action == Action::kImpossible || decision.action == Action::kSafe;
  return forced || decision.action == Action::kRaise || decision.action == Action::kLower ||
                 decision.setting != window.setting
             ? EntryKind::kChange
             : EntryKind::kSame;
}

// The facts of the windows from first to last, which have the same decision.
DecisionFacts FactsOfRow(const std::vector<WindowRecord>& windows, std::size_t first,
                         std::size_t last) {
  DecisionFacts facts = FactsOf(windows[first]);
  for (std::size_t i = first + 1; i <= last && facts.lowest_peak; ++i) {
    facts.lowest_peak = std::min(*facts.lowest_peak, *windows[i].peak_power);
    facts.highest_peak = std::max(*facts.highest_peak, *windows[i].peak_power);
  }
  // Only a row of one can end in a move of the cap that it reacts to: see EndOfRow.
  if (last + 1 < windows.size()) facts.next_cap = windows[last + 1].cap;
  return facts;
}

// The last window with the same decision as first. A window at whose end the cap
// moved may have been judged by the new cap, and stands alone.
std::size_t EndOfRow(const std::vector<WindowRecord>& windows, std::size_t first) {
  std::size_t last = first;
  while (last + 1 < windows.size() && SameDecision(windows[first], windows[last + 1]) &&
         (last + 2 >= windows.size() || windows[last + 2].cap == windows[first].cap)) {
    ++last;
  }
  return last;
}

ListEntry CapEntry(std::size_t window, const DecisionFacts& facts) {
  return {EntryKind::kCap, window, window,
          fmt::format("cap {:.6g} → {:.6g} W", facts.cap.value(), facts.next_cap.value()),
          facts.next_cap < facts.cap ? "the cap was lowered" : "the cap was raised"};
}

}  // namespace

std::vector<ListEntry> ListDecisions(const Trace& trace, std::optional<double> alpha) {
  const auto& windows = trace.windows;
  std::vector<ListEntry> entries;
  for (std::size_t first = 0; first < windows.size();) {
    const std::size_t last = EndOfRow(windows, first);
    DecisionFacts facts = FactsOfRow(windows, first, last);
    facts.alpha = alpha;
    // The cap's move comes before what it brought about, else after what came before it.
    const bool moves = facts.next_cap != facts.cap;
    const bool moves_first = moves && IsAboutNextCap(facts);
    if (moves_first) entries.push_back(CapEntry(last, facts));
    entries.push_back(
        {KindOf(windows[first]), first, last, DescribeAction(facts), DescribeReason(facts)});
    if (moves && !moves_first) entries.push_back(CapEntry(last, facts));
    first = last + 1;
  }
  return entries;
}

}  // namespace batchsizer::record
