// What several policies share: naming the step between two settings.
//
// Thread safety: free functions without state.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "batchsizer/policy.h"

namespace batchsizer::policy {

// Raise or lower by what changes: the batch size first, then the clock.
[[nodiscard]] inline Action ActionBetween(const Setting& from, const Setting& to) {
  if (from.batch_size != to.batch_size) {
    return to.batch_size > from.batch_size ? Action::kRaise : Action::kLower;
  }
  if (from.clock == to.clock || !from.clock || !to.clock) return Action::kKeep;
  return *to.clock > *from.clock ? Action::kRaise : Action::kLower;
}

// Index of the largest element <= value; 0 when all are larger.
// REQUIRES: ascending, not empty.
template <typename T>
[[nodiscard]] std::size_t IndexAtMost(std::span<const T> ascending, const T& value) {
  const auto above = std::upper_bound(ascending.begin(), ascending.end(), value);
  return above == ascending.begin() ? 0 : static_cast<std::size_t>(above - ascending.begin()) - 1;
}

}  // namespace batchsizer::policy
