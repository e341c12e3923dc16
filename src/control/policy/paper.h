// Policy `paper`: Algorithm 1 over the batch sizes, to the letter.
//
// Law: p = highest reading so far (what "so far" means is the variant);
// p in [alpha x cap, cap] keeps, below goes to the middle of current and max,
// above to the middle of min and current. Source: paper, section 4. Its faults
// are shown in docs/policies.md.
// A window without a reading keeps the batch size.
// Thread safety: one thread at a time.
#pragma once

#include <memory>

#include "batchsizer/policies.h"

namespace batchsizer::policy {

// REQUIRES: options were validated by MakePolicy.
[[nodiscard]] std::unique_ptr<Policy> MakePaper(const PolicyOptions& options);

}  // namespace batchsizer::policy
