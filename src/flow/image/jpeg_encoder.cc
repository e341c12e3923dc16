#include "flow/image/jpeg_encoder.h"

#include <fmt/format.h>
#include <turbojpeg.h>

#include <algorithm>

namespace batchsizer::flow {

JpegEncoder::JpegEncoder() : handle_(tjInitCompress(), &tjDestroy) {}

JpegEncoder::~JpegEncoder() { tjFree(bytes_); }

Result<std::string_view> JpegEncoder::Encode(std::span<const std::uint8_t> rgb, int width,
                                             int height, const JpegStyle& style) {
  // TurboJPEG takes the buffer over, makes it larger where needed, and tells only
  // how much of it is filled.
  unsigned long size = reserved_;
  const int sampling = style.halved_colours ? TJSAMP_420 : TJSAMP_444;
  if (handle_ && tjCompress2(handle_.get(), rgb.data(), width, 0, height, TJPF_RGB, &bytes_, &size,
                             sampling, style.quality, 0) == 0) {
    reserved_ = std::max(reserved_, size);
    return std::string_view(reinterpret_cast<const char*>(bytes_), size);
  }
  return MakeError(ErrorCode::kInternal,
                   fmt::format("a photo cannot be compressed: {}", tjGetErrorStr2(handle_.get())));
}

}  // namespace batchsizer::flow
