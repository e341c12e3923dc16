#include "flow/image/jpeg_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>  // jpeglib.h needs it in front
#include <cstring>

// The two of libjpeg stand in this order.
#include <jpeglib.h>
//
#include <jerror.h>

#include "flow/image/pixel_limit.h"

namespace batchsizer::flow {

// libjpeg reports errors by a jump. The functions that may be jumped out of
// (those that call setjmp) hold nothing that would need a destructor.
struct JpegDecoder::Reader {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf on_error{};
  std::array<char, JMSG_LENGTH_MAX> message{};
  bool out_of_memory = false;

  bool Create();
  bool ReadHeader(std::span<const std::uint8_t> bytes);
  bool Start(int shrink_by, PixelRange* across);
  bool ReadRows(std::uint8_t* out, PixelRange down);

  static Reader& Of(j_common_ptr jpeg);
  [[noreturn]] static void OnError(j_common_ptr jpeg);
  static void OnMessage(j_common_ptr jpeg, int level);
  static void OnProgress(j_common_ptr jpeg);

  [[nodiscard]] bool IsCmyk() const { return jpeg.out_color_space == JCS_CMYK; }
  [[nodiscard]] Orientation FindOrientation() const;
  [[nodiscard]] tl::unexpected<Error> Failed(const char* what) const;
};

namespace {

// libjpeg-turbo goes on after damage and calls it a warning. Pixels are missing
// or wrong then, so it is an error here; what does no harm (stray bytes between
// two segments, an odd version number) is not.
bool LosesPixels(int warning) {
  constexpr std::array kLosses{JWRN_ARITH_BAD_CODE, JWRN_HIT_MARKER,  JWRN_HUFF_BAD_CODE,
                               JWRN_JPEG_EOF,       JWRN_MUST_RESYNC, JWRN_NOT_SEQUENTIAL};
  return std::find(kLosses.begin(), kLosses.end(), warning) != kLosses.end();
}

// As Pillow has it: always stored inverted, with Adobe's marker or without, since
// hardly any program writes it otherwise; and multiplied out with its rounding.
void MultiplyOutCmyk(const std::uint8_t* cmyk, std::size_t pixels, std::uint8_t* rgb) {
  for (std::size_t i = 0; i < pixels; ++i) {
    const unsigned black = cmyk[4 * i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const unsigned product = (255U - cmyk[4 * i + c]) * black + 128U;
      rgb[3 * i + c] = static_cast<std::uint8_t>(black - (((product >> 8U) + product) >> 8U));
    }
  }
}

int Shrunk(int size, int factor) { return (size + factor - 1) / factor; }

// A file may hold any number of scans, each of which costs time for every pixel.
constexpr int kMostScans = 500;

}  // namespace

JpegDecoder::Reader& JpegDecoder::Reader::Of(j_common_ptr jpeg) {
  return *static_cast<Reader*>(jpeg->client_data);
}

void JpegDecoder::Reader::OnError(j_common_ptr jpeg) {
  Reader& reader = Of(jpeg);
  jpeg->err->format_message(jpeg, reader.message.data());
  reader.out_of_memory = jpeg->err->msg_code == JERR_OUT_OF_MEMORY;
  std::longjmp(reader.on_error, 1);
}

void JpegDecoder::Reader::OnMessage(j_common_ptr jpeg, int level) {
  constexpr int kWarning = -1;
  if (level == kWarning && LosesPixels(jpeg->err->msg_code)) OnError(jpeg);
}

void JpegDecoder::Reader::OnProgress(j_common_ptr jpeg) {
  Reader& reader = Of(jpeg);
  if (reader.jpeg.input_scan_number <= kMostScans) return;
  std::snprintf(reader.message.data(), reader.message.size(), "more than %d scans", kMostScans);
  std::longjmp(reader.on_error, 1);
}

bool JpegDecoder::Reader::Create() {
  jpeg.err = jpeg_std_error(&errors);
  errors.error_exit = &OnError;
  errors.emit_message = &OnMessage;
  jpeg.client_data = this;
  if (setjmp(on_error) != 0) return false;  // NOLINT: libjpeg knows no other way
  jpeg_create_decompress(&jpeg);
  jpeg.client_data = this;
  progress.progress_monitor = &OnProgress;
  jpeg.progress = &progress;
  return true;
}

bool JpegDecoder::Reader::ReadHeader(std::span<const std::uint8_t> bytes) {
  constexpr int kExifMarker = JPEG_APP0 + 1;
  constexpr unsigned kAllOfIt = 0xFFFF;
  if (setjmp(on_error) != 0) return false;  // NOLINT: as above
  jpeg_save_markers(&jpeg, kExifMarker, kAllOfIt);
  jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  const bool is_cmyk = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
  jpeg.out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
  return true;
}

// Gives the columns that there will be: those asked for and, where they are fewer
// than all, some around them. The library begins at the edge of a block, and
// colours are not exact in the outermost columns, for want of neighbours.
bool JpegDecoder::Reader::Start(int shrink_by, PixelRange* across) {
  constexpr int kMargin = 2;
  if (setjmp(on_error) != 0) return false;  // NOLINT: as above
  jpeg.scale_num = 1;
  jpeg.scale_denom = static_cast<unsigned>(shrink_by);
  jpeg_start_decompress(&jpeg);
  const int all = static_cast<int>(jpeg.output_width);
  const int begin = std::max(0, across->begin - kMargin);
  const int end = std::min(all, across->end + kMargin);
  *across = {0, all};
  if (end - begin == all) return true;
  auto left = static_cast<JDIMENSION>(begin);
  auto width = static_cast<JDIMENSION>(end - begin);
  jpeg_crop_scanline(&jpeg, &left, &width);
  *across = {static_cast<int>(left), static_cast<int>(left + width)};
  return true;
}

// The rest is read, too, as far as needed to see that it is there; where it holds
// several scans that has been done at the start.
bool JpegDecoder::Reader::ReadRows(std::uint8_t* out, PixelRange down) {
  constexpr JDIMENSION kAtOnce = 16;
  const std::size_t row_bytes =
      std::size_t{jpeg.output_width} * static_cast<std::size_t>(jpeg.output_components);
  const auto begin = static_cast<JDIMENSION>(down.begin);
  const auto end = static_cast<JDIMENSION>(down.end);
  if (setjmp(on_error) != 0) return false;  // NOLINT: as above
  if (begin > 0) jpeg_skip_scanlines(&jpeg, begin);
  while (jpeg.output_scanline < end) {
    const JDIMENSION count = std::min(kAtOnce, end - jpeg.output_scanline);
    std::array<JSAMPROW, kAtOnce> rows{};
    for (JDIMENSION i = 0; i < count; ++i) {
      rows[i] = out + (jpeg.output_scanline + i - begin) * row_bytes;
    }
    jpeg_read_scanlines(&jpeg, rows.data(), count);
  }
  if (jpeg_input_complete(&jpeg) == TRUE) return true;
  if (jpeg.output_scanline < jpeg.output_height) {
    // Skipping to the very end would read nothing.
    jpeg_skip_scanlines(&jpeg, jpeg.output_height - jpeg.output_scanline - 1);
    JSAMPROW last = out + (end - begin) * row_bytes;
    jpeg_read_scanlines(&jpeg, &last, 1);
  }
  jpeg_finish_decompress(&jpeg);
  return true;
}

Orientation JpegDecoder::Reader::FindOrientation() const {
  constexpr std::array<std::uint8_t, 6> kExif{'E', 'x', 'i', 'f', 0, 0};
  for (auto* marker = jpeg.marker_list; marker != nullptr; marker = marker->next) {
    const std::span<const std::uint8_t> data(marker->data, marker->data_length);
    if (data.size() < kExif.size()) continue;
    if (std::equal(kExif.begin(), kExif.end(), data.begin())) return OrientationOf(data);
  }
  return {};
}

tl::unexpected<Error> JpegDecoder::Reader::Failed(const char* what) const {
  if (out_of_memory) return MakeError(ErrorCode::kOutOfMemory, "no memory to decode the JPEG");
  return MakeError(ErrorCode::kInvalidInput, fmt::format("damaged {}: {}", what, message.data()));
}

int ShrinkFactor(int width, int height, const Cover& cover) {
  if (cover.width <= 0 || cover.height <= 0) return 1;
  for (const int factor : {8, 4, 2}) {
    if (Shrunk(width, factor) >= cover.width && Shrunk(height, factor) >= cover.height) {
      return factor;
    }
  }
  return 1;
}

namespace {

// The picture without its pixels: how much smaller to decode it, and which window.
RgbImage Framed(int file_width, int file_height, Orientation orientation, const Cover& cover) {
  const bool swaps = orientation.SwapsSides();
  const int factor =
      ShrinkFactor(swaps ? file_height : file_width, swaps ? file_width : file_height, cover);
  RgbImage image;
  image.width = Shrunk(file_width, factor);
  image.height = Shrunk(file_height, factor);
  image.file_width = file_width;
  image.file_height = file_height;
  image.shrunk_by = factor;
  image.orientation = orientation;
  if (cover.HasCrop()) KeepOnlyNeeded(image, cover);
  return image;
}

}  // namespace

// However a decoding is left, the reader is ready for the next file.
class JpegDecoder::AtEnd {
 public:
  explicit AtEnd(Reader& reader) : reader_(reader) {}
  ~AtEnd() { jpeg_abort_decompress(&reader_.jpeg); }
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;

 private:
  Reader& reader_;
};

void JpegDecoder::Destroy(Reader* reader) {
  if (reader == nullptr) return;
  jpeg_destroy_decompress(&reader->jpeg);
  delete reader;
}

JpegDecoder::JpegDecoder(std::int64_t max_pixels)
    : reader_(new Reader, &Destroy), max_pixels_(max_pixels) {
  if (!reader_->Create()) reader_.reset();
}

bool JpegDecoder::Knows(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

// What has to be in memory at once: of a file with several scans every pixel
// (its frequencies), else the window that is wanted.
Status JpegDecoder::CheckLimit(const RgbImage& image) const {
  if (jpeg_has_multiple_scans(&reader_->jpeg) == TRUE) {
    return CheckPixelLimit(image.file_width, image.file_height, max_pixels_);
  }
  return CheckPixelLimit(image.width, image.height, max_pixels_);
}

bool JpegDecoder::ReadPixels(const RgbImage& image) {
  const auto width = static_cast<std::size_t>(image.width);
  const auto height = static_cast<std::size_t>(image.height);
  const std::size_t with_spare_row = width * (height + 1);
  std::uint8_t* const rgb = rgb_.Reserve(with_spare_row * 3);
  std::uint8_t* const out = reader_->IsCmyk() ? cmyk_.Reserve(with_spare_row * 4) : rgb;
  if (!reader_->ReadRows(out, {image.top, image.top + image.height})) return false;
  if (reader_->IsCmyk()) MultiplyOutCmyk(out, width * height, rgb);
  return true;
}

Result<PictureSize> JpegDecoder::ReadSize(std::span<const std::uint8_t> bytes) {
  if (!reader_) return MakeError(ErrorCode::kOutOfMemory, "no memory for a JPEG decoder");
  const AtEnd ready_for_next(*reader_);
  if (!reader_->ReadHeader(bytes)) return reader_->Failed("JPEG header");
  return PictureSize{static_cast<int>(reader_->jpeg.image_width),
                     static_cast<int>(reader_->jpeg.image_height)};
}

Result<RgbImage> JpegDecoder::Decode(std::span<const std::uint8_t> bytes, const Cover& cover) {
  if (!reader_) return MakeError(ErrorCode::kOutOfMemory, "no memory for a JPEG decoder");
  Reader& reader = *reader_;
  const AtEnd ready_for_next(reader);
  if (!reader.ReadHeader(bytes)) return reader.Failed("JPEG header");
  RgbImage image =
      Framed(static_cast<int>(reader.jpeg.image_width), static_cast<int>(reader.jpeg.image_height),
             reader.FindOrientation(), cover);
  if (auto fits = CheckLimit(image); !fits) return tl::unexpected(fits.error());
  PixelRange across{image.left, image.left + image.width};
  if (!reader.Start(image.shrunk_by, &across)) return reader.Failed("JPEG");
  image.left = across.begin;
  image.width = across.Size();
  if (!ReadPixels(image)) return reader.Failed("JPEG");
  image.pixels = rgb_.Get();
  return image;
}

}  // namespace batchsizer::flow
