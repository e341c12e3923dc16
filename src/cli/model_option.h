// --model: an .onnx file, or zoo:NAME, which is built once and kept.
//
// Thread safety: free functions without state.
#pragma once

#include <string>

#include "batchsizer/result.h"
#include "cli/option_hints.h"

namespace batchsizer::cli {

// The path of the model's file. zoo:NAME is built into the user's cache folder
// ($XDG_CACHE_HOME or ~/.cache) when it is not there yet, or not whole.
// Errors: kInvalidInput for an unknown zoo name; those of building.
[[nodiscard]] Result<std::string> ModelPath(const std::string& model);

// For the option that takes one.
[[nodiscard]] ValueHint ModelHint();

}  // namespace batchsizer::cli
