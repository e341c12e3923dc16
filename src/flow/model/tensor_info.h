// What a model file says about one of its inputs or outputs, free of any ONNX
// header: the file reader and the engine both speak it.
//
// Thread safety: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "batchsizer/engine.h"

namespace batchsizer::flow {

struct TensorInfo {
  std::string name;
  int onnx_type = 0;               // TensorProto.DataType, which is ONNX Runtime's numbering too
  std::vector<std::int64_t> dims;  // -1 where the model leaves the size open
};

// ONNX's element types that an image tensor may have; nullopt for the rest.
[[nodiscard]] std::optional<ElementType> ElementTypeOf(int onnx_type);
[[nodiscard]] int OnnxTypeOf(ElementType type);
// Bytes of one element; 0 for types without a fixed size (strings, unknown).
[[nodiscard]] std::int64_t OnnxTypeBytes(int onnx_type);
// "float32", "uint8", ...; "type 99" for one that we do not know.
[[nodiscard]] std::string OnnxTypeName(int onnx_type);

// 'input' float32 [?,3,224,224]
[[nodiscard]] std::string Describe(const TensorInfo& tensor);
// The same for several, comma separated.
[[nodiscard]] std::string Describe(std::span<const TensorInfo> tensors);

}  // namespace batchsizer::flow
