#include "flow/image/png_decoder.h"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstring>

#include "flow/image/pixel_limit.h"

namespace batchsizer::flow {
namespace {

// libpng reports errors by a jump. The two functions that may be jumped out of
// (those that call setjmp) hold nothing that would need a destructor.
struct PngReader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  std::span<const std::uint8_t> rest;
  std::array<char, 120> message{};

  explicit PngReader(std::span<const std::uint8_t> bytes);
  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
};

void OnError(png_structp png, png_const_charp text) {
  auto* reader = static_cast<PngReader*>(png_get_error_ptr(png));
  std::strncpy(reader->message.data(), text, reader->message.size() - 1);
  png_longjmp(png, 1);
}

void OnWarning(png_structp /*png*/, png_const_charp /*text*/) {}

void OnRead(png_structp png, png_bytep out, std::size_t size) {
  auto* reader = static_cast<PngReader*>(png_get_io_ptr(png));
  if (size > reader->rest.size()) png_error(png, "the file is cut off");
  std::memcpy(out, reader->rest.data(), size);
  reader->rest = reader->rest.subspan(size);
}

PngReader::PngReader(std::span<const std::uint8_t> bytes) : rest(bytes) {
  png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &OnError, &OnWarning);
  if (png == nullptr) return;
  info = png_create_info_struct(png);
  png_set_read_fn(png, this, &OnRead);
}

bool ReadHeader(PngReader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;  // NOLINT: libpng knows no other way
  // Our own limit on pixels comes right after; libpng's on each side is tighter
  // than need be.
  png_set_user_limits(reader.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(reader.png, reader.info);
  return true;
}

// Everything to 8-bit RGB; see decode.h for what is dropped.
bool SetUpRgb(PngReader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;  // NOLINT: as above
  png_set_expand(reader.png);
  png_set_scale_16(reader.png);
  png_set_gray_to_rgb(reader.png);
  png_set_strip_alpha(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  const std::size_t width = png_get_image_width(reader.png, reader.info);
  return png_get_rowbytes(reader.png, reader.info) == width * 3;
}

bool ReadRows(PngReader& reader, std::uint8_t* rgb, std::size_t row_bytes, std::size_t height) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;  // NOLINT: as above
  const bool interlaced = png_get_interlace_type(reader.png, reader.info) != PNG_INTERLACE_NONE;
  for (int pass = 0; pass < (interlaced ? PNG_INTERLACE_ADAM7_PASSES : 1); ++pass) {
    for (std::size_t y = 0; y < height; ++y) {
      png_read_row(reader.png, rgb + y * row_bytes, nullptr);
    }
  }
  return true;
}

// What follows the pixels: a file without it is cut off.
bool ReadEnd(PngReader& reader) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;  // NOLINT: as above
  png_read_end(reader.png, reader.info);
  return true;
}

Orientation FindOrientation(const PngReader& reader) {
  png_uint_32 size = 0;
  png_bytep exif = nullptr;
  if (png_get_eXIf_1(reader.png, reader.info, &size, &exif) == 0) return {};
  return OrientationOf({exif, size});
}

tl::unexpected<Error> Damaged(const PngReader& reader) {
  return MakeError(ErrorCode::kInvalidInput, fmt::format("damaged PNG: {}", reader.message.data()));
}

}  // namespace

bool PngDecoder::Knows(std::span<const std::uint8_t> bytes) {
  constexpr std::array<std::uint8_t, 8> kMagic{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

Result<PictureSize> PngDecoder::ReadSize(std::span<const std::uint8_t> bytes) {
  PngReader reader(bytes);
  if (reader.png == nullptr || reader.info == nullptr) {
    return MakeError(ErrorCode::kOutOfMemory, "no memory for a PNG decoder");
  }
  if (!ReadHeader(reader)) return Damaged(reader);
  return PictureSize{static_cast<int>(png_get_image_width(reader.png, reader.info)),
                     static_cast<int>(png_get_image_height(reader.png, reader.info))};
}

Result<RgbImage> PngDecoder::Decode(std::span<const std::uint8_t> bytes) {
  PngReader reader(bytes);
  if (reader.png == nullptr || reader.info == nullptr) {
    return MakeError(ErrorCode::kOutOfMemory, "no memory for a PNG decoder");
  }
  if (!ReadHeader(reader)) return Damaged(reader);
  const auto width = static_cast<int>(png_get_image_width(reader.png, reader.info));
  const auto height = static_cast<int>(png_get_image_height(reader.png, reader.info));
  if (auto fits = CheckPixelLimit(width, height, max_pixels_); !fits) {
    return tl::unexpected(fits.error());
  }
  if (!SetUpRgb(reader)) return Damaged(reader);
  const RgbImage shape{nullptr, width, height};
  const auto rows = static_cast<std::size_t>(height);
  std::uint8_t* const rgb = rgb_.Reserve(shape.RowBytes() * rows);
  if (!ReadRows(reader, rgb, shape.RowBytes(), rows)) return Damaged(reader);
  if (!ReadEnd(reader)) return Damaged(reader);
  RgbImage image{rgb, width, height};
  image.orientation = FindOrientation(reader);
  return image;
}

}  // namespace batchsizer::flow
