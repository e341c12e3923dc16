// Finds and opens ONNX Runtime's shared library at run time, so that commands
// which run no model never load its 30 MB.
//
// Searched, in this order:
//   1. $BATCHSIZER_ONNXRUNTIME_ROOT/lib, and nothing else when that is set
//   2. ../lib/batchsizer/ beside the running program (an installed tree)
//   3. the library that the build was made with
//   4. the system's own search path
//
// Thread safety: thread-safe; the library is opened once and stays open.
#pragma once

#include <string>
#include <vector>

#include "batchsizer/result.h"

struct OrtApi;

namespace batchsizer::flow {

struct OnnxRuntimeLibrary {
  const OrtApi* api = nullptr;
  std::string path;     // where it was found
  std::string version;  // "1.32.0"
};

// Opens it at the first call; later calls give the same answer. kUnavailable,
// with everything that was tried, if there is none or it is too old.
[[nodiscard]] const Result<OnnxRuntimeLibrary>& LoadOnnxRuntime();

// Where LoadOnnxRuntime looks, in order. root: as in the environment variable,
// null if not set. program: full path of the running program.
[[nodiscard]] std::vector<std::string> LibraryCandidates(const char* root,
                                                         const std::string& program);

// Opens the first of candidates that can be opened.
[[nodiscard]] Result<OnnxRuntimeLibrary> OpenLibrary(const std::vector<std::string>& candidates);

}  // namespace batchsizer::flow
