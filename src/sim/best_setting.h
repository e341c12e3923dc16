// What the best possible setting would have reached: the oracle of the metrics.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "batchsizer/policies.h"
#include "batchsizer/power_cap.h"

namespace batchsizer::sim {

// The highest throughput with power at or under the cap, stretch by stretch of
// the cap and weighted by time over [0, length). A stretch whose cap nothing
// meets counts as 0. REQUIRES: steps as SteppedCap has them.
[[nodiscard]] ImagesPerSecond OracleThroughput(std::span<const CurvePoint> points,
                                               std::span<const SteppedCap::Step> steps,
                                               Duration length);

}  // namespace batchsizer::sim
