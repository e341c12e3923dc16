#include "flow/model/tensor_info.h"

#include <fmt/format.h>

#include <array>

namespace batchsizer::flow {
namespace {

struct TypeRow {
  const char* name;
  std::int64_t bytes;
};

// In the order of TensorProto.DataType.
constexpr std::array<TypeRow, 17> kTypes = {{{"undefined", 0},
                                             {"float32", 4},
                                             {"uint8", 1},
                                             {"int8", 1},
                                             {"uint16", 2},
                                             {"int16", 2},
                                             {"int32", 4},
                                             {"int64", 8},
                                             {"string", 0},
                                             {"bool", 1},
                                             {"float16", 2},
                                             {"float64", 8},
                                             {"uint32", 4},
                                             {"uint64", 8},
                                             {"complex64", 8},
                                             {"complex128", 16},
                                             {"bfloat16", 2}}};
constexpr int kFloat32 = 1;
constexpr int kUint8 = 2;
constexpr int kFloat16 = 10;

bool IsKnown(int onnx_type) {
  return onnx_type >= 0 && onnx_type < static_cast<int>(kTypes.size());
}

}  // namespace

std::optional<ElementType> ElementTypeOf(int onnx_type) {
  switch (onnx_type) {
    case kFloat32:
      return ElementType::kFloat32;
    case kFloat16:
      return ElementType::kFloat16;
    case kUint8:
      return ElementType::kUint8;
    default:
      return std::nullopt;
  }
}

int OnnxTypeOf(ElementType type) {
  switch (type) {
    case ElementType::kFloat16:
      return kFloat16;
    case ElementType::kUint8:
      return kUint8;
    case ElementType::kFloat32:
      break;
  }
  return kFloat32;
}

std::int64_t OnnxTypeBytes(int onnx_type) {
  return IsKnown(onnx_type) ? kTypes[static_cast<std::size_t>(onnx_type)].bytes : 0;
}

std::string OnnxTypeName(int onnx_type) {
  if (!IsKnown(onnx_type)) return fmt::format("type {}", onnx_type);
  return kTypes[static_cast<std::size_t>(onnx_type)].name;
}

std::string Describe(const TensorInfo& tensor) {
  std::string dims;
  for (const std::int64_t dim : tensor.dims) {
    if (!dims.empty()) dims += ',';
    dims += dim < 0 ? "?" : fmt::format("{}", dim);
  }
  return fmt::format("'{}' {} [{}]", tensor.name, OnnxTypeName(tensor.onnx_type), dims);
}

std::string Describe(std::span<const TensorInfo> tensors) {
  std::string text;
  for (const TensorInfo& tensor : tensors) {
    if (!text.empty()) text += ", ";
    text += Describe(tensor);
  }
  return text.empty() ? "none" : text;
}

}  // namespace batchsizer::flow
