// --saturation-from: no batch size above the one at which a measured curve saturates.
//
// Thread safety: free functions without state.
#pragma once

#include <string>

#include "batchsizer/policies.h"
#include "batchsizer/result.h"

namespace batchsizer::cli {

// Leaves out the batch sizes above the saturation batch of the curve in the file, at the
// clock that the policy starts from, else the curve's highest. All stay where the curve
// does not saturate, or has one size alone. Returns a sentence about that. REQUIRES:
// policy.batch_sizes is not empty. Errors: those of reading the curve; kInvalidInput when
// no size is left, or the policy does not turn the batch size.
[[nodiscard]] Result<std::string> LimitToSaturation(const std::string& path, PolicyOptions& policy);

}  // namespace batchsizer::cli
