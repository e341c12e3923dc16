// Opens an .onnx file and makes sure it is whole.
//
// Errors: kNotFound, kPermissionDenied, kIo as the file system says;
// kInvalidInput for anything but a regular file (a folder, a pipe, a device), a
// file of more than 2 GiB (no ONNX file is larger: weights beyond that lie in
// files beside it), an empty one, something that is not ONNX, and an ONNX file
// that is cut short or whose weights do not fill their shapes; kOutOfMemory.
//
// Thread safety: OnnxModel is a value that moves; reading it from several
// threads is fine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "batchsizer/result.h"

namespace onnx {
class ModelProto;
}

namespace batchsizer::flow {

class OnnxModel {
 public:
  OnnxModel(std::string path, std::int64_t file_bytes, std::unique_ptr<onnx::ModelProto> proto);
  OnnxModel(OnnxModel&&) noexcept;
  OnnxModel& operator=(OnnxModel&&) noexcept;
  ~OnnxModel();

  [[nodiscard]] const std::string& path() const { return path_; }
  // Of the file itself, without weights kept in files beside it.
  [[nodiscard]] std::int64_t file_bytes() const { return file_bytes_; }
  [[nodiscard]] const onnx::ModelProto& proto() const { return *proto_; }

 private:
  std::string path_;
  std::int64_t file_bytes_;
  std::unique_ptr<onnx::ModelProto> proto_;
};

[[nodiscard]] Result<OnnxModel> OpenOnnxFile(const std::string& path);

}  // namespace batchsizer::flow
