// Whole files into one buffer that is kept from file to file.
//
// Errors: kNotFound, kPermissionDenied, kInvalidInput (not a regular file, or
// larger than kMaxFileBytes), kOutOfMemory, kIo.
// Thread safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "batchsizer/result.h"
#include "flow/image/pixel_buffer.h"

namespace batchsizer::flow {

class FileReader {
 public:
  // No photo is as large; a renamed film is.
  static constexpr std::size_t kMaxFileBytes = std::size_t{1} << 30;

  // The result is borrowed: valid until the next Read. The message leaves out
  // the path, which the caller knows.
  [[nodiscard]] Result<std::span<const std::uint8_t>> Read(const char* path);

  struct Beginning {
    std::span<const std::uint8_t> bytes;  // as above
    std::size_t file_size = 0;
  };
  // Of a file, at most so many bytes.
  [[nodiscard]] Result<Beginning> ReadBeginning(const char* path, std::size_t at_most);

 private:
  [[nodiscard]] Result<Beginning> ReadFrom(int descriptor, std::size_t at_most);

  PixelBuffer buffer_;
};

}  // namespace batchsizer::flow
