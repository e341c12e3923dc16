// ONNX Runtime's exceptions as our errors.
//
// Thread safety: free functions without state.
#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::flow {

// e: what was caught while doing `doing` ("loading model.onnx"). The runtime
// reports a lack of memory in several ways, all of which become kOutOfMemory.
[[nodiscard]] tl::unexpected<Error> FromOrt(std::string_view doing, const std::exception& e);

// Whether a runtime's message means that memory ran out.
[[nodiscard]] bool MeansOutOfMemory(std::string_view message);

}  // namespace batchsizer::flow
