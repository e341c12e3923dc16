// WebP through libwebp. See decode.h for what is promised; use that.
//
// Its scaling while decoding is not used: it saves less than 1/20 of the time
// (the work is in front of it) and rounds to bytes once more. Its cropping is.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <span>

#include "batchsizer/result.h"
#include "flow/image/pixel_buffer.h"
#include "flow/image/rgb_image.h"

namespace batchsizer::flow {

class WebpDecoder {
 public:
  explicit WebpDecoder(std::int64_t max_pixels) : max_pixels_(max_pixels) {}

  [[nodiscard]] static bool Knows(std::span<const std::uint8_t> bytes);
  [[nodiscard]] Result<RgbImage> Decode(std::span<const std::uint8_t> bytes, const Cover& cover);

 private:
  [[nodiscard]] Status DecodeStill(std::span<const std::uint8_t> bytes, const Cover& cover,
                                   RgbImage& image);
  [[nodiscard]] Status DecodeFirstFrame(std::span<const std::uint8_t> bytes, RgbImage& image);

  std::int64_t max_pixels_;
  PixelBuffer rgb_;
};

}  // namespace batchsizer::flow
