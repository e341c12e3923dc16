// WebP through libwebp. See decode.h for what is promised; use that.
//
// Its scaling while decoding is not used: it saves no time (measured: 0.87 to 1.00
// of the speed of decoding all) and rounds to bytes once more. Its cropping is: 1.01
// to 1.11 of that speed, to the same bits.
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
  // Reads the header only: bytes may be the beginning of a file.
  [[nodiscard]] static Result<PictureSize> ReadSize(std::span<const std::uint8_t> bytes);
  [[nodiscard]] Result<RgbImage> Decode(std::span<const std::uint8_t> bytes, const Cover& cover);

 private:
  [[nodiscard]] Status DecodeStill(std::span<const std::uint8_t> bytes, const Cover& cover,
                                   RgbImage& image);
  [[nodiscard]] Status DecodeFirstFrame(std::span<const std::uint8_t> bytes, RgbImage& image);

  std::int64_t max_pixels_;
  PixelBuffer rgb_;
};

}  // namespace batchsizer::flow
