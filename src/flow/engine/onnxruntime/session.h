// Session options and execution providers: from our options to a loaded model.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>

#include "batchsizer/result.h"
#include "flow/engine/onnxruntime/onnxruntime_engine.h"

namespace Ort {
struct Env;
struct Session;
}  // namespace Ort

namespace batchsizer::flow {

// -1 for "cpu", N for "cuda:N". Errors: kUnsupported, naming what there is.
[[nodiscard]] Result<int> ParseDevice(const std::string& device);

// Errors: see CreateOnnxRuntimeEngine. REQUIRES: LoadOnnxRuntime succeeded.
[[nodiscard]] Result<std::unique_ptr<Ort::Session>> OpenSession(const Ort::Env& env,
                                                                const OnnxEngineOptions& options);

}  // namespace batchsizer::flow
