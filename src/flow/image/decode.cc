#include "flow/image/decode.h"

#include <new>

namespace batchsizer::flow {
namespace {

tl::unexpected<Error> OtherFormat() {
  return MakeError(ErrorCode::kInvalidInput,
                   "neither a JPEG, a PNG nor a WebP file, whatever its name says");
}

tl::unexpected<Error> Empty() { return MakeError(ErrorCode::kInvalidInput, "the file is empty"); }

}  // namespace

ImageDecoder::ImageDecoder(const DecodeOptions& options)
    : jpeg_(options.max_pixels), png_(options.max_pixels), webp_(options.max_pixels) {}

Result<RgbImage> ImageDecoder::Decode(std::span<const std::uint8_t> bytes, const Cover& cover) {
  if (bytes.empty()) return Empty();
  try {
    if (JpegDecoder::Knows(bytes)) return jpeg_.Decode(bytes, cover);
    if (PngDecoder::Knows(bytes)) return png_.Decode(bytes);
    if (WebpDecoder::Knows(bytes)) return webp_.Decode(bytes, cover);
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorCode::kOutOfMemory, "no memory for the decoded picture");
  }
  return OtherFormat();
}

Result<PictureSize> ImageDecoder::ReadSize(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return Empty();
  if (JpegDecoder::Knows(bytes)) return jpeg_.ReadSize(bytes);
  if (PngDecoder::Knows(bytes)) return PngDecoder::ReadSize(bytes);
  if (WebpDecoder::Knows(bytes)) return WebpDecoder::ReadSize(bytes);
  return OtherFormat();
}

}  // namespace batchsizer::flow
