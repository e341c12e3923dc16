// For tests: how often operator new was called in this program. Defined in a
// file of its own, so that the compiler does not see new and free side by side.
#pragma once

namespace batchsizer::base {

[[nodiscard]] long AllocationCount();

}  // namespace batchsizer::base
