// The rivals that turn the clock at a fixed batch size.
//
// `dvfs`: the paper's baseline (section 5): pseudo binary search over the clocks
//   at batch size 16, from the lowest, with the band. The search is the mended
//   one, so that the baseline does not lose by Algorithm 1's faults;
//   alpha = 1 takes the band away.
// `pit`: one clock up a window from the lowest, one down above the cap.
// `power-limit`: what a driver's own limit does: the clock follows power batch
//   by batch, no band, at the largest batch size.
// All need root on a real device. A window without a reading keeps the clock; that of
// power-limit is left where the cap has fallen below what it is known to draw.
// Thread safety: one thread at a time.
#pragma once

#include <memory>

#include "batchsizer/policies.h"

namespace batchsizer::policy {

// REQUIRES: options were validated by MakePolicy; fixed_batch_size is set.
[[nodiscard]] std::unique_ptr<Policy> MakeDvfs(const PolicyOptions& options);
[[nodiscard]] std::unique_ptr<Policy> MakePit(const PolicyOptions& options);
[[nodiscard]] std::unique_ptr<Policy> MakePowerLimit(const PolicyOptions& options);

}  // namespace batchsizer::policy
