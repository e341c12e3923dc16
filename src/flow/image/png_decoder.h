// PNG through libpng. See decode.h for what is promised; use that.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "batchsizer/result.h"
#include "flow/image/pixel_buffer.h"
#include "flow/image/rgb_image.h"

namespace batchsizer::flow {

class PngDecoder {
 public:
  explicit PngDecoder(std::int64_t max_pixels) : max_pixels_(max_pixels) {}

  [[nodiscard]] static bool Knows(std::span<const std::uint8_t> bytes);
  // Reads the header only: bytes may be the beginning of a file.
  [[nodiscard]] static Result<PictureSize> ReadSize(std::span<const std::uint8_t> bytes);
  [[nodiscard]] Result<RgbImage> Decode(std::span<const std::uint8_t> bytes);

 private:
  std::int64_t max_pixels_;
  PixelBuffer rgb_;
};

}  // namespace batchsizer::flow
