// Online search for the saturation batch, around a policy that turns the batch size
// (paper, section 4: "compare with the next smaller size").
//
// Law: once the inner policy has kept a batch size for two windows, the next smaller
// one (half of it, where the list is finer) is tried. Where the larger brings less than
// 2 % images/s (for a doubling; for a smaller step accordingly less), the smaller
// becomes the most that the inner policy may use, and the next smaller is tried in
// turn; else it goes back. Each size is judged once. It is forgotten, and judged again,
// when the cap or the clock changes, or the throughput of a size by more than 10 %.
//
//  - Noise: a trial lasts until the difference from 2 % is twice the standard error of
//    what was measured, at most 8 windows; without a clear answer the smaller size is
//    taken only if that error is below 2 %.
//  - In the end at most 5 % throughput are given up, all steps together.
//  - The inner policy is shown every window but those of trials under the cap, and the
//    limit as the largest batch size; above the cap its word counts at once. So nothing
//    runs above what it would choose.
//  - After the world changed, trials pause for 2, 4, .. 256 windows, from 2 again after
//    128 quiet ones.
//
// A window without a reading ends a trial and is the inner policy's. Step is O(1) but
// for forgetting, which is O(batch sizes), and never allocates.
// Thread safety: one thread at a time.
#pragma once

#include <memory>

#include "batchsizer/policies.h"

namespace batchsizer::policy {

// REQUIRES: options were validated by MakePolicy, and inner was made from them.
[[nodiscard]] std::unique_ptr<Policy> MakeSaturating(std::unique_ptr<Policy> inner,
                                                     const PolicyOptions& options);

}  // namespace batchsizer::policy
