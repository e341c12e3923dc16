#include "flow/image/decode.h"

#include <new>

namespace batchsizer::flow {

ImageDecoder::ImageDecoder(const DecodeOptions& options)
    : jpeg_(options.max_pixels), png_(options.max_pixels), webp_(options.max_pixels) {}

Result<RgbImage> ImageDecoder::Decode(std::span<const std::uint8_t> bytes, const Cover& cover) {
  if (bytes.empty()) return MakeError(ErrorCode::kInvalidInput, "the file is empty");
  try {
    if (JpegDecoder::Knows(bytes)) return jpeg_.Decode(bytes, cover);
    if (PngDecoder::Knows(bytes)) return png_.Decode(bytes);
    if (WebpDecoder::Knows(bytes)) return webp_.Decode(bytes, cover);
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorCode::kOutOfMemory, "no memory for the decoded picture");
  }
  return MakeError(ErrorCode::kInvalidInput,
                   "neither a JPEG, a PNG nor a WebP file, whatever its name says");
}

}  // namespace batchsizer::flow
