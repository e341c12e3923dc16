#include "flow/model/onnx_file.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <array>
#include <exception>
#include <filesystem>
#include <new>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "flow/model/weights.h"

namespace batchsizer::flow {
namespace {

struct Magic {
  std::string_view bytes;
  std::string_view name;
};

constexpr std::array<Magic, 8> kMagics = {{{"\xff\xd8\xff", "a JPEG image"},
                                           {"\x89PNG", "a PNG image"},
                                           {"GIF8", "a GIF image"},
                                           {"%PDF", "a PDF document"},
                                           {"PK\x03\x04", "a zip archive (a PyTorch file?)"},
                                           {"\x1f\x8b", "a gzip archive"},
                                           {"\x89HDF", "an HDF5 file (a Keras model?)"},
                                           {"\x7f"
                                            "ELF",
                                            "a program or library"}}};

std::string LooksLike(std::string_view bytes) {
  for (const Magic& magic : kMagics) {
    if (bytes.starts_with(magic.bytes)) return fmt::format(" but {}", magic.name);
  }
  if (bytes.size() > 8 && bytes.substr(4, 4) == "TFL3") return " but a TensorFlow Lite model";
  for (const char c : bytes.substr(0, 64)) {
    if (c != '\t' && c != '\n' && c != '\r' && (c < ' ' || c == '\x7f')) return "";
  }
  return " but text";
}

tl::unexpected<Error> NotOnnx(const std::string& path, std::string_view bytes) {
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: not an ONNX file{}; expected a model exported as .onnx", path,
                               LooksLike(bytes)));
}

tl::unexpected<Error> Damaged(const std::string& path, std::string_view how) {
  return MakeError(
      ErrorCode::kInvalidInput,
      fmt::format("{}: truncated or damaged ONNX file: {}; copy or export it again", path, how));
}

// Serialised models begin with ir_version: field 1, a small number.
bool BeginsLikeOnnx(std::string_view bytes) {
  return bytes.size() > 1 && bytes[0] == '\x08' && bytes[1] > 0 && bytes[1] < 64;
}

Status CheckWhole(const onnx::ModelProto& proto, const std::string& path, std::string_view bytes) {
  if (!proto.has_graph() && proto.opset_import_size() == 0 && !BeginsLikeOnnx(bytes)) {
    return NotOnnx(path, bytes);
  }
  if (!proto.has_graph()) return Damaged(path, "it holds no graph");
  if (proto.opset_import_size() == 0) return Damaged(path, "it names no operator set");
  if (proto.graph().node_size() == 0) return Damaged(path, "its graph has no layers");
  if (proto.graph().output_size() == 0) return Damaged(path, "its graph has no outputs");
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (const Status weights = CheckWeights(proto.graph(), folder); !weights) {
    return Damaged(path, weights.error().message);
  }
  return {};
}

Result<OnnxModel> Parse(const std::string& path, const std::string& bytes) {
  auto proto = std::make_unique<onnx::ModelProto>();
  if (!proto->ParseFromString(bytes)) {
    if (!BeginsLikeOnnx(bytes)) return NotOnnx(path, bytes);
    return Damaged(path, fmt::format("its {} bytes end in the middle of a record, or are not one",
                                     bytes.size()));
  }
  if (const Status whole = CheckWhole(*proto, path, bytes); !whole) {
    return tl::unexpected(whole.error());
  }
  return OnnxModel(path, static_cast<std::int64_t>(bytes.size()), std::move(proto));
}

}  // namespace

OnnxModel::OnnxModel(std::string path, std::int64_t file_bytes,
                     std::unique_ptr<onnx::ModelProto> proto)
    : path_(std::move(path)), file_bytes_(file_bytes), proto_(std::move(proto)) {}
OnnxModel::OnnxModel(OnnxModel&&) noexcept = default;
OnnxModel& OnnxModel::operator=(OnnxModel&&) noexcept = default;
OnnxModel::~OnnxModel() = default;

Result<OnnxModel> OpenOnnxFile(const std::string& path) {
  const auto bytes = base::ReadRegularFile(path);
  if (!bytes) return tl::unexpected(bytes.error());
  if (bytes->empty()) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: the file is empty; expected an ONNX model", path));
  }
  try {
    return Parse(path, *bytes);
  } catch (const std::bad_alloc&) {
    return MakeError(
        ErrorCode::kOutOfMemory,
        fmt::format("{}: its {} bytes do not fit into memory as a model", path, bytes->size()));
  } catch (const std::exception& e) {
    return MakeError(ErrorCode::kInternal, fmt::format("{}: reading ONNX: {}", path, e.what()));
  }
}

}  // namespace batchsizer::flow
