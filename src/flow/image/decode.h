// From the bytes of a JPEG or PNG file to RGB pixels.
//
// The format is told by the first bytes, never by the file's name. What comes
// out is always 8-bit RGB as stored in the file: grey and palette are spread
// out, 16 bits are scaled to 8, alpha is dropped (not blended), colour profiles,
// gamma and the camera's orientation note are not applied. CMYK JPEGs are taken
// as Adobe writes them (inverted) and multiplied out, R = C x K / 255.
//
// A JPEG that is much larger than needed is decoded at 1/2, 1/4 or 1/8 of its
// size, the smallest that still covers what is asked for.
//
// Errors (the message says nothing about the file's name; the caller knows it):
// kInvalidInput for an empty, cut-off or damaged file, one that is neither JPEG
// nor PNG, and for more pixels than the limit; kOutOfMemory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "batchsizer/result.h"
#include "flow/image/jpeg_decoder.h"
#include "flow/image/png_decoder.h"
#include "flow/image/rgb_image.h"

namespace batchsizer::flow {

struct DecodeOptions {
  // Files whose header claims more are refused before anything is unpacked.
  std::int64_t max_pixels = 100'000'000;
};

// Thread safety: one thread at a time; make one for each thread. Its buffers are
// kept from image to image.
class ImageDecoder {
 public:
  explicit ImageDecoder(const DecodeOptions& options);

  // The result is borrowed: valid until the next Decode.
  [[nodiscard]] Result<RgbImage> Decode(std::span<const std::uint8_t> bytes, Cover cover);

 private:
  JpegDecoder jpeg_;
  PngDecoder png_;
};

}  // namespace batchsizer::flow
