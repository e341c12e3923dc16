// The weights inside an ONNX graph: how large, and whether their data is all
// there. For the .cc files of this folder.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "batchsizer/result.h"

namespace onnx {
class GraphProto;
class TensorProto;
}  // namespace onnx

namespace batchsizer::flow {

// Product of the dims, 1 for a scalar; nullopt if one is negative or the
// product overflows.
[[nodiscard]] std::optional<std::int64_t> ElementsOf(const onnx::TensorProto& tensor);

// Bytes that the tensor's shape and type ask for; 0 where that has no meaning.
[[nodiscard]] std::int64_t BytesOf(const onnx::TensorProto& tensor);

// kInvalidInput naming the first initializer whose data does not match its
// shape. folder: where files that hold weights beside the model are looked for.
[[nodiscard]] Status CheckWeights(const onnx::GraphProto& graph, const std::string& folder);

}  // namespace batchsizer::flow
