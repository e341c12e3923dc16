#include "flow/model/weights.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <filesystem>
#include <limits>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "flow/model/tensor_info.h"

namespace batchsizer::flow {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 16;

tl::unexpected<Error> Bad(const onnx::TensorProto& tensor, const std::string& how) {
  return MakeError(ErrorCode::kInvalidInput, fmt::format("weight '{}' {}", tensor.name(), how));
}

// Elements in the typed fields; narrow types travel in int32_data.
std::int64_t TypedElements(const onnx::TensorProto& tensor) {
  switch (tensor.data_type()) {
    case onnx::TensorProto::FLOAT:
      return tensor.float_data_size();
    case onnx::TensorProto::DOUBLE:
      return tensor.double_data_size();
    case onnx::TensorProto::INT64:
      return tensor.int64_data_size();
    case onnx::TensorProto::UINT32:
    case onnx::TensorProto::UINT64:
      return tensor.uint64_data_size();
    case onnx::TensorProto::STRING:
      return tensor.string_data_size();
    default:
      return tensor.int32_data_size();
  }
}

std::string ExternalEntry(const onnx::TensorProto& tensor, std::string_view key) {
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == key) return entry.value();
  }
  return "";
}

Status CheckExternal(const onnx::TensorProto& tensor, const std::string& folder) {
  const std::string location = ExternalEntry(tensor, "location");
  const auto path = std::filesystem::path(folder) / location;
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (location.empty() || error) {
    return Bad(tensor, fmt::format("should be in the file '{}', which cannot be read", location));
  }
  const auto offset = base::ParseInteger(ExternalEntry(tensor, "offset")).value_or(0);
  if (offset < 0 || static_cast<std::int64_t>(size) - offset < BytesOf(tensor)) {
    return Bad(tensor, fmt::format("needs {} bytes from offset {} of '{}', which has {}",
                                   BytesOf(tensor), offset, location, size));
  }
  return {};
}

Status CheckWeight(const onnx::TensorProto& tensor, const std::string& folder) {
  const auto elements = ElementsOf(tensor);
  if (!elements) return Bad(tensor, "has an impossible shape");
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL) return CheckExternal(tensor, folder);
  const std::int64_t element_bytes = OnnxTypeBytes(tensor.data_type());
  if (tensor.has_raw_data() && element_bytes > 0) {
    const auto have = static_cast<std::int64_t>(tensor.raw_data().size());
    if (have == *elements * element_bytes) return {};
    return Bad(tensor, fmt::format("has {} bytes where its shape needs {}", have,
                                   *elements * element_bytes));
  }
  // Complex numbers and types we do not know are left to the runtime.
  if (element_bytes == 0 || element_bytes > 8) return {};
  if (tensor.data_type() == onnx::TensorProto::COMPLEX64) return {};
  if (TypedElements(tensor) == *elements) return {};
  return Bad(tensor, fmt::format("has {} values where its shape needs {}", TypedElements(tensor),
                                 *elements));
}

}  // namespace

std::optional<std::int64_t> ElementsOf(const onnx::TensorProto& tensor) {
  std::int64_t elements = 1;
  for (const std::int64_t dim : tensor.dims()) {
    if (dim < 0) return std::nullopt;
    if (dim > 0 && elements > kMost / dim) return std::nullopt;
    elements *= dim;
  }
  return elements;
}

std::int64_t BytesOf(const onnx::TensorProto& tensor) {
  return ElementsOf(tensor).value_or(0) * OnnxTypeBytes(tensor.data_type());
}

Status CheckWeights(const onnx::GraphProto& graph, const std::string& folder) {
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    if (Status status = CheckWeight(tensor, folder); !status) return status;
  }
  return {};
}

}  // namespace batchsizer::flow
