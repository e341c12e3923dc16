// ONNX Runtime's exceptions as our errors, each of one line.
//
// Thread safety: free functions without state.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::flow {

// e: what was caught while doing `doing` ("running a batch of 8"). The runtime
// reports a lack of memory in several ways, all of which become kOutOfMemory.
[[nodiscard]] tl::unexpected<Error> FromOrt(std::string_view doing, const std::exception& e);

// Its code alone.
[[nodiscard]] ErrorCode CodeOf(const std::exception& e);

// The same of a model that is loaded or tried for the first time: what the
// runtime cannot do with it is the model's fault (kInvalidInput, kUnsupported),
// and the message says what is supported. Memory (kOutOfMemory), devices and
// their libraries (kUnavailable) and a missing file (kNotFound) are not; nor is
// what goes wrong in this process (kInternal).
// REQUIRES: LoadOnnxRuntime succeeded.
[[nodiscard]] tl::unexpected<Error> RefuseModel(std::string_view doing, const std::exception& e);

// Whether a runtime's message means that memory ran out.
[[nodiscard]] bool MeansOutOfMemory(std::string_view message);

}  // namespace batchsizer::flow
