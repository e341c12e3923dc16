// Reads .safetensors files: eight bytes with the length of a header (little-endian), the
// header, JSON (name -> dtype, shape, data_offsets; "__metadata__" is a comment), then
// the tensors' bytes, without gaps and in row-major order.
// https://huggingface.co/docs/safetensors
//
// Nothing in the file is believed: what opening gives has been checked as a whole, each
// tensor to lie in the file with as many bytes as its shape and type need.
//
// Errors: kNotFound, kPermissionDenied, kIo as the file system says; kInvalidInput for
// anything but a whole file of this kind, naming the file, the tensor, and what would be
// right; kUnsupported for tensors of types that are no floating-point numbers.
//
// Thread safety: reading one file from several threads is fine.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/output_file.h"
#include "batchsizer/result.h"

namespace batchsizer::flow {

struct StoredTensor {
  std::string type;  // "F32", "BF16", "I64", ... as the file has it
  std::vector<std::int64_t> shape;
  std::int64_t begin = 0;  // bytes after the header
  std::int64_t end = 0;
};

class SafetensorsFile {
 public:
  // As the format's own readers have it.
  static constexpr std::int64_t kMostHeaderBytes = 100'000'000;

  // Reads the header only; the file stays open.
  [[nodiscard]] static Result<SafetensorsFile> Open(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  // By name.
  [[nodiscard]] const std::map<std::string, StoredTensor, std::less<>>& tensors() const {
    return tensors_;
  }
  // Null where there is none of that name.
  [[nodiscard]] const StoredTensor* Find(std::string_view name) const;

  // The numbers of one tensor, in the file's order, F64, F16 and BF16 converted. Other
  // types are kUnsupported; numbers that are not finite as float32 are kInvalidInput.
  // REQUIRES: there is such a tensor.
  [[nodiscard]] Result<std::vector<float>> Read(std::string_view name) const;

 private:
  SafetensorsFile(std::string path, base::FileDescriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  [[nodiscard]] Status ReadHeader();
  [[nodiscard]] Result<std::string> ReadBytes(std::int64_t begin, std::int64_t count) const;

  std::string path_;
  base::FileDescriptor file_;
  std::int64_t data_begin_ = 0;
  std::map<std::string, StoredTensor, std::less<>> tensors_;
};

// 32 x 3 x 3 x 3; "one number" for a scalar.
[[nodiscard]] std::string ShapeText(const std::vector<std::int64_t>& shape);

}  // namespace batchsizer::flow
