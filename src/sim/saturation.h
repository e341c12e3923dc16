// Where a curve saturates: the smallest tabulated batch size whose next larger one
// brings less than 2 % throughput (design, section 2; paper, section 4: profiling
// beforehand finds the largest batch size that is of use).
//
// Thread safety: free functions without state.
#pragma once

#include <optional>

#include "sim/curve.h"

namespace batchsizer::sim {

inline constexpr double kSaturationGain = 0.02;

// Empty: every larger size brings more, as far as the curve goes.
// REQUIRES: clock is one of the curve's.
[[nodiscard]] std::optional<BatchSize> SaturationBatch(const Curve& curve, Megahertz clock);

// The most that any larger tabulated size brings over this one, relative: above
// kSaturationGain at the saturation batch means that a dip, not the end, was found.
// REQUIRES: size is tabulated; clock is one of the curve's.
[[nodiscard]] double MostGainAbove(const Curve& curve, BatchSize size, Megahertz clock);

}  // namespace batchsizer::sim
