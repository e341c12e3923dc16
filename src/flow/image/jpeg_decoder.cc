#include "flow/image/jpeg_decoder.h"

#include <fmt/format.h>
#include <turbojpeg.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "flow/image/jpeg_tidy.h"
#include "flow/image/pixel_limit.h"

namespace batchsizer::flow {
namespace {

void DestroyHandle(void* handle) { tjDestroy(handle); }

// libjpeg-turbo goes on after damage and calls it a warning. Pixels are missing
// or wrong then, so it is an error here; what does no harm (stray bytes between
// two segments, an odd version number) is not.
bool LosesPixels(std::string_view warning) {
  const auto has = [&](std::string_view part) { return warning.find(part) != warning.npos; };
  if (has("extraneous bytes")) return false;
  return has("Corrupt JPEG data") || has("Premature end");
}

// Stray bytes in front of the end-of-image marker: the file is whole, and all but
// always (restart markers may be missing before them) there is no more to warn of.
bool NothingFollows(std::string_view warning) {
  return warning.find("before marker 0xd9") != warning.npos;
}

// Adobe's programs, the only ones that matter here, store CMYK inverted.
void MultiplyOutCmyk(const std::uint8_t* cmyk, std::size_t pixels, std::uint8_t* rgb) {
  for (std::size_t i = 0; i < pixels; ++i) {
    const unsigned black = cmyk[4 * i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      rgb[3 * i + c] = static_cast<std::uint8_t>((cmyk[4 * i + c] * black + 127U) / 255U);
    }
  }
}

}  // namespace

int ShrinkFactor(int width, int height, Cover cover) {
  if (cover.width <= 0 || cover.height <= 0) return 1;
  for (const int factor : {8, 4, 2}) {
    const tjscalingfactor scale{1, factor};
    if (TJSCALED(width, scale) >= cover.width && TJSCALED(height, scale) >= cover.height) {
      return factor;
    }
  }
  return 1;
}

JpegDecoder::JpegDecoder(std::int64_t max_pixels)
    : handle_(tjInitDecompress(), &DestroyHandle), max_pixels_(max_pixels) {}

bool JpegDecoder::Knows(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

Result<JpegDecoder::Header> JpegDecoder::ReadHeader(std::span<const std::uint8_t> bytes) {
  Header header;
  int subsampling = -1;
  const int status = tjDecompressHeader3(handle_.get(), bytes.data(), bytes.size(), &header.width,
                                         &header.height, &subsampling, &header.colorspace);
  // The call also fails for a rare chroma subsampling it has no name for, which
  // decoding does not care about: size and colour space are set all the same.
  const bool usable = header.width > 0 && header.height > 0 && header.colorspace >= 0;
  if (usable) return header;
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("damaged JPEG header: {}",
                               status != 0 ? tjGetErrorStr2(handle_.get()) : "no image in it"));
}

Result<std::string> JpegDecoder::TryDecompress(std::span<const std::uint8_t> bytes,
                                               const Target& target) {
  const int status =
      tjDecompress2(handle_.get(), bytes.data(), bytes.size(), target.out, target.width, 0,
                    target.height, target.pixel_format, TJFLAG_LIMITSCANS);
  if (status == 0) return {};
  std::string message = tjGetErrorStr2(handle_.get());
  if (tjGetErrorCode(handle_.get()) == TJERR_WARNING && !LosesPixels(message)) return message;
  return MakeError(ErrorCode::kInvalidInput, fmt::format("damaged JPEG: {}", message));
}

Status JpegDecoder::Decompress(std::span<const std::uint8_t> bytes, const Target& target) {
  const auto warning = TryDecompress(bytes, target);
  if (!warning) return tl::unexpected(warning.error());
  if (warning->empty() || NothingFollows(*warning)) return {};
  // It may hide another: look again, at a file that does not give rise to it.
  std::uint8_t* const tidied = tidied_.Reserve(bytes.size());
  const std::size_t size = CopyTidied(bytes, tidied);
  if (size == 0) {
    return MakeError(ErrorCode::kInvalidInput, "damaged JPEG: Premature end of JPEG file");
  }
  const auto second = TryDecompress({tidied, size}, target);
  if (!second) return tl::unexpected(second.error());
  return {};
}

Result<RgbImage> JpegDecoder::Decode(std::span<const std::uint8_t> bytes, Cover cover) {
  if (!handle_) return MakeError(ErrorCode::kOutOfMemory, "no memory for a JPEG decoder");
  const auto header = ReadHeader(bytes);
  if (!header) return tl::unexpected(header.error());
  if (auto fits = CheckPixelLimit(header->width, header->height, max_pixels_); !fits) {
    return tl::unexpected(fits.error());
  }
  const int factor = ShrinkFactor(header->width, header->height, cover);
  const tjscalingfactor scale{1, factor};
  const int width = TJSCALED(header->width, scale);
  const int height = TJSCALED(header->height, scale);
  const std::size_t pixels = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  std::uint8_t* const rgb = rgb_.Reserve(pixels * 3);
  const bool is_cmyk = header->colorspace == TJCS_CMYK || header->colorspace == TJCS_YCCK;
  const Target target{width, height, is_cmyk ? TJPF_CMYK : TJPF_RGB,
                      is_cmyk ? cmyk_.Reserve(pixels * 4) : rgb};
  if (auto done = Decompress(bytes, target); !done) return tl::unexpected(done.error());
  if (is_cmyk) MultiplyOutCmyk(target.out, pixels, rgb);
  return RgbImage{rgb, width, height, header->width, header->height, factor};
}

}  // namespace batchsizer::flow
