// Policy `fixed`: one batch size, one clock, whatever happens.
//
// Above the cap it says `impossible`: it has no lower setting to offer.
// A window without a reading keeps the setting. Thread safety: one thread at a
// time.
#pragma once

#include <memory>

#include "batchsizer/policies.h"

namespace batchsizer::policy {

// REQUIRES: options were validated by MakePolicy; fixed_batch_size is set.
[[nodiscard]] std::unique_ptr<Policy> MakeFixed(const PolicyOptions& options);

}  // namespace batchsizer::policy
