// JPEG through libjpeg-turbo. See decode.h for what is promised; use that.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "batchsizer/result.h"
#include "flow/image/pixel_buffer.h"
#include "flow/image/rgb_image.h"

namespace batchsizer::flow {

class JpegDecoder {
 public:
  explicit JpegDecoder(std::int64_t max_pixels);

  [[nodiscard]] static bool Knows(std::span<const std::uint8_t> bytes);
  [[nodiscard]] Result<RgbImage> Decode(std::span<const std::uint8_t> bytes, Cover cover);

 private:
  struct Header {
    int width = 0;
    int height = 0;
    int colorspace = -1;
  };
  [[nodiscard]] Result<Header> ReadHeader(std::span<const std::uint8_t> bytes);
  struct Target {
    int width = 0;
    int height = 0;
    int pixel_format = -1;
    std::uint8_t* out = nullptr;
  };
  [[nodiscard]] Status Decompress(std::span<const std::uint8_t> bytes, const Target& target);
  // The first warning, a harmless one; empty: none.
  [[nodiscard]] Result<std::string> TryDecompress(std::span<const std::uint8_t> bytes,
                                                  const Target& target);

  std::unique_ptr<void, void (*)(void*)> handle_;
  std::int64_t max_pixels_;
  PixelBuffer rgb_;
  PixelBuffer cmyk_;
  PixelBuffer tidied_;
};

// 1, 2, 4 or 8: how much smaller a JPEG of width x height may be decoded and
// still cover what is asked for.
[[nodiscard]] int ShrinkFactor(int width, int height, Cover cover);

}  // namespace batchsizer::flow
