#include "flow/image/webp_decoder.h"

#include <fmt/format.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

#include "flow/image/pixel_limit.h"

namespace batchsizer::flow {
namespace {

tl::unexpected<Error> Damaged(std::string_view what) {
  return MakeError(ErrorCode::kInvalidInput, fmt::format("damaged WebP: {}", what));
}

tl::unexpected<Error> Failed(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return MakeError(ErrorCode::kOutOfMemory, "no memory to decode the WebP");
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      return Damaged("the file is cut off");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return Damaged("it uses a feature that the format does not have");
    default:
      return Damaged("its content makes no sense");
  }
}

using Demuxer = std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)>;

Orientation FindOrientation(std::span<const std::uint8_t> bytes) {
  const WebPData data{bytes.data(), bytes.size()};
  const Demuxer demuxer(WebPDemux(&data), &WebPDemuxDelete);
  WebPChunkIterator chunk{};
  if (demuxer == nullptr || WebPDemuxGetChunk(demuxer.get(), "EXIF", 1, &chunk) == 0) return {};
  const Orientation found = OrientationOf({chunk.chunk.bytes, chunk.chunk.size});
  WebPDemuxReleaseChunkIterator(&chunk);
  return found;
}

void DropAlpha(const std::uint8_t* rgba, std::size_t pixels, std::uint8_t* rgb) {
  for (std::size_t i = 0; i < pixels; ++i) std::copy_n(rgba + 4 * i, 3, rgb + 3 * i);
}

std::size_t PixelsOf(const RgbImage& image) {
  return static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
}

// Makes room for the colours at the edge of a cropped picture, which are not
// exact there for want of neighbours; the library begins at even pixels.
void Widen(int& begin, int& size, int all) {
  constexpr int kMargin = 2;
  const int end = std::min(all, begin + size + kMargin);
  begin = std::max(0, begin - kMargin) / 2 * 2;
  size = end - begin;
}

}  // namespace

bool WebpDecoder::Knows(std::span<const std::uint8_t> bytes) {
  const std::string_view begin(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return begin.substr(0, 4) == "RIFF" && begin.size() >= 12 && begin.substr(8, 4) == "WEBP";
}

Status WebpDecoder::DecodeStill(std::span<const std::uint8_t> bytes, const Cover& cover,
                                RgbImage& image) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) {
    return MakeError(ErrorCode::kInternal, "another version of libwebp than this was built with");
  }
  if (cover.HasCrop()) {
    KeepOnlyNeeded(image, cover);
    Widen(image.left, image.width, image.file_width);
    Widen(image.top, image.height, image.file_height);
    config.options.use_cropping = 1;
    config.options.crop_left = image.left;
    config.options.crop_top = image.top;
    config.options.crop_width = image.width;
    config.options.crop_height = image.height;
  }
  const std::size_t size = PixelsOf(image) * 3;
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {rgb_.Reserve(size), static_cast<int>(image.RowBytes()), size};
  const VP8StatusCode status = WebPDecode(bytes.data(), bytes.size(), &config);
  if (status != VP8_STATUS_OK) return Failed(status);
  return {};
}

Status WebpDecoder::DecodeFirstFrame(std::span<const std::uint8_t> bytes, RgbImage& image) {
  const WebPData data{bytes.data(), bytes.size()};
  const std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder*)> decoder(
      WebPAnimDecoderNew(&data, nullptr), &WebPAnimDecoderDelete);
  if (decoder == nullptr) return Damaged("the animation is cut off or makes no sense");
  std::uint8_t* rgba = nullptr;
  int end_ms = 0;
  if (WebPAnimDecoderGetNext(decoder.get(), &rgba, &end_ms) == 0) {
    return Damaged("the animation's first picture makes no sense");
  }
  DropAlpha(rgba, PixelsOf(image), rgb_.Reserve(PixelsOf(image) * 3));
  return {};
}

Result<PictureSize> WebpDecoder::ReadSize(std::span<const std::uint8_t> bytes) {
  WebPBitstreamFeatures features;
  const VP8StatusCode status = WebPGetFeatures(bytes.data(), bytes.size(), &features);
  if (status != VP8_STATUS_OK) return Failed(status);
  return PictureSize{features.width, features.height};
}

Result<RgbImage> WebpDecoder::Decode(std::span<const std::uint8_t> bytes, const Cover& cover) {
  WebPBitstreamFeatures features;
  const VP8StatusCode status = WebPGetFeatures(bytes.data(), bytes.size(), &features);
  if (status != VP8_STATUS_OK) return Failed(status);
  if (auto fits = CheckPixelLimit(features.width, features.height, max_pixels_); !fits) {
    return tl::unexpected(fits.error());
  }
  RgbImage image{nullptr, features.width, features.height};
  image.orientation = FindOrientation(bytes);
  const Status done = features.has_animation != 0 ? DecodeFirstFrame(bytes, image)
                                                  : DecodeStill(bytes, cover, image);
  if (!done) return tl::unexpected(done.error());
  image.pixels = rgb_.Get();
  return image;
}

}  // namespace batchsizer::flow
