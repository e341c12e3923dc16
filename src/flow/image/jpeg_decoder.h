// JPEG through libjpeg-turbo. See decode.h for what is promised; use that.
//
// Its older interface (jpeglib.h) rather than TurboJPEG: that one tells only the
// first of several warnings, and cannot leave out what the crop does not need.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "batchsizer/result.h"
#include "flow/image/pixel_buffer.h"
#include "flow/image/rgb_image.h"

namespace batchsizer::flow {

class JpegDecoder {
 public:
  explicit JpegDecoder(std::int64_t max_pixels);

  [[nodiscard]] static bool Knows(std::span<const std::uint8_t> bytes);
  // Reads the header only: bytes may be the beginning of a file.
  [[nodiscard]] Result<PictureSize> ReadSize(std::span<const std::uint8_t> bytes);
  [[nodiscard]] Result<RgbImage> Decode(std::span<const std::uint8_t> bytes, const Cover& cover);

 private:
  struct Reader;
  class AtEnd;
  static void Destroy(Reader* reader);
  [[nodiscard]] Status CheckLimit(const RgbImage& image) const;
  [[nodiscard]] bool ReadPixels(const RgbImage& image);

  std::unique_ptr<Reader, void (*)(Reader*)> reader_;
  std::int64_t max_pixels_;
  PixelBuffer rgb_;
  PixelBuffer cmyk_;
};

// 1, 2, 4 or 8: how much smaller a JPEG of width x height may be decoded and
// still cover what is asked for.
[[nodiscard]] int ShrinkFactor(int width, int height, const Cover& cover);

}  // namespace batchsizer::flow
