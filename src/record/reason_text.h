// Decisions in words, for people who read a trace or watch a run.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "batchsizer/record.h"

namespace batchsizer::record {

// What a reason means, without figures: "room for more".
[[nodiscard]] std::string_view Describe(Reason reason);

// What is known when a decision is put into words.
struct DecisionFacts {
  Decision decision;
  Setting before;  // of the window that it ends
  // Lowest and highest peak of the windows that it stands for; empty: no reading.
  std::optional<Watts> lowest_peak;
  std::optional<Watts> highest_peak;
  Watts cap;       // of the window
  Watts next_cap;  // of the window after it; the same where none is known
  // The band is [alpha x cap, cap]; empty: not known, and not spoken of.
  std::optional<double> alpha;
};

[[nodiscard]] DecisionFacts FactsOf(const WindowRecord& window);

// What is done: "raise 16 → 32", "keep 32", "lower clock 1531 → 1404 MHz".
[[nodiscard]] std::string DescribeAction(const DecisionFacts& facts);

// Was it made under next_cap, as far as the figures tell? Policies that react at once
// end a window when the cap moves, and judge it by the new cap; the others by the one
// that the window had.
[[nodiscard]] bool IsAboutNextCap(const DecisionFacts& facts);

// Why, as a sentence: "peak 96 W is under the band [104, 130] W: room for more".
// Figures are left out where they do not bear the reason out: a window's peak can
// be a reading of the setting before, which the policy was not shown.
[[nodiscard]] std::string DescribeReason(const DecisionFacts& facts);

}  // namespace batchsizer::record
