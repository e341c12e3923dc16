// Files that are either there as a whole or not at all.
//
// Thread safety: free function without state.
#pragma once

#include <string>
#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::flow {

// Writes bytes beside path, then renames over it. Errors: kNotFound (no such
// folder), kPermissionDenied, kIo (disk full, ...); path is then untouched.
[[nodiscard]] Status WriteFileAtomically(const std::string& path, std::string_view bytes);

}  // namespace batchsizer::flow
