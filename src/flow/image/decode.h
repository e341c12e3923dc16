// From the bytes of a JPEG, PNG or WebP file to RGB pixels.
//
// The format is told by the first bytes, never by the file's name. What comes
// out is always 8-bit RGB as stored in the file: grey and palette are spread
// out, 16 bits are scaled to 8, alpha is dropped (not blended, as Pillow's
// convert("RGB")), colour profiles and gamma are not applied. CMYK JPEGs are
// taken as inverted, as Adobe writes them, and multiplied out, R = C x K / 255,
// as Pillow does. Of an animation the first picture counts. The camera's
// orientation note (EXIF) is told with the pixels; the Preprocessor follows it.
//
// Where a crop is asked for (Cover), the rest of a JPEG or WebP need not be
// decoded into pixels; what is inside is the same to the bit. All of a JPEG is
// read nevertheless, so that damage anywhere shows. A JPEG that is much larger
// than needed is decoded at 1/2, 1/4 or 1/8 of its size, the smallest that still
// covers what is asked for.
//
// Errors (the message says nothing about the file's name; the caller knows it):
// kInvalidInput for an empty, cut-off or damaged file, one that is of no such
// format, and for more pixels than the limit; kOutOfMemory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "batchsizer/result.h"
#include "flow/image/jpeg_decoder.h"
#include "flow/image/png_decoder.h"
#include "flow/image/rgb_image.h"
#include "flow/image/webp_decoder.h"

namespace batchsizer::flow {

struct DecodeOptions {
  // Files of which more would have to be in memory at once are refused by their
  // header, before anything is unpacked. That is the whole picture; but of a JPEG
  // that is not progressive only the window that is wanted, shrunk.
  std::int64_t max_pixels = 100'000'000;
};

// Thread safety: one thread at a time; make one for each thread. Its buffers are
// kept from image to image.
class ImageDecoder {
 public:
  explicit ImageDecoder(const DecodeOptions& options);

  // The result is borrowed: valid until the next Decode.
  [[nodiscard]] Result<RgbImage> Decode(std::span<const std::uint8_t> bytes, const Cover& cover);
  // How large the picture is, by its header alone: bytes may be the beginning of a
  // file, and an error then means only that more is needed, or that it is damaged.
  [[nodiscard]] Result<PictureSize> ReadSize(std::span<const std::uint8_t> bytes);

 private:
  JpegDecoder jpeg_;
  PngDecoder png_;
  WebpDecoder webp_;
};

}  // namespace batchsizer::flow
