// --model: an .onnx file, or zoo:NAME, which is built once and kept.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string>

#include "batchsizer/result.h"
#include "cli/option_hints.h"

namespace batchsizer::cli {

// NAME of zoo:NAME, whether or not there is such a network; nothing for a path.
[[nodiscard]] std::optional<std::string> ZooName(const std::string& model);

// The path of the model's file. zoo:NAME is built into the user's cache folder
// ($XDG_CACHE_HOME or ~/.cache) when it is not there yet, or not whole.
// Errors: kInvalidInput for an unknown zoo name; those of building.
[[nodiscard]] Result<std::string> ModelPath(const std::string& model);

// For the option that takes one.
[[nodiscard]] ValueHint ModelHint();

}  // namespace batchsizer::cli
