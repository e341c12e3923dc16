// Policy `batchsizer`: batch size only, by the mended search (cap_search.h).
//
// Law: Algorithm 1's halving with a memory of what each batch size drew; see
// CapSearch. The window ends with the batch that broke the cap, so the next one
// is already smaller.
// A window without a reading keeps the batch size, unless the cap has fallen
// below what that size is known to draw.
// Thread safety: one thread at a time.
#pragma once

#include <memory>

#include "batchsizer/policies.h"

namespace batchsizer::policy {

// REQUIRES: options were validated by MakePolicy.
[[nodiscard]] std::unique_ptr<Policy> MakeBatchSizer(const PolicyOptions& options);

}  // namespace batchsizer::policy
