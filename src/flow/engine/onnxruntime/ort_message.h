// Makes a sentence of what ONNX Runtime says when it fails.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>

namespace batchsizer::flow {

// One line without the runtime's source locations, C++ signatures and stack
// trace, and without the words around its own status; at most some 600 bytes.
[[nodiscard]] std::string PlainMessage(std::string_view message);

}  // namespace batchsizer::flow
