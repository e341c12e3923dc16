#include "flow/image/test_images.h"

#include <png.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <webp/encode.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>

#include "base/check.h"

namespace batchsizer::flow::testing {
namespace {

std::size_t ByteCount(const Picture& picture) {
  return static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) *
         static_cast<std::size_t>(picture.channels);
}

void AppendToBytes(png_structp png, png_bytep data, std::size_t size) {
  auto* out = static_cast<Bytes*>(png_get_io_ptr(png));
  out->insert(out->end(), data, data + size);
}
void NothingToFlush(png_structp /*png*/) {}

// As enum Sampling has them.
constexpr std::array kSamplings{TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411};

constexpr uid_t kNobody = 65'534;

}  // namespace

Picture Solid(int width, int height, const Bytes& pixel) {
  Picture picture{width, height, static_cast<int>(pixel.size()), {}};
  picture.pixels.resize(ByteCount(picture));
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
    picture.pixels[i] = pixel[i % pixel.size()];
  }
  return picture;
}

Picture Noise(int width, int height, int channels, unsigned seed) {
  Picture picture{width, height, channels, {}};
  picture.pixels.resize(ByteCount(picture));
  std::mt19937 random(seed);
  for (auto& byte : picture.pixels) byte = static_cast<std::uint8_t>(random());
  return picture;
}

Picture Gradient(int width, int height) {
  Picture picture{width, height, 3, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.pixels.push_back(static_cast<std::uint8_t>(255 * x / width));
      picture.pixels.push_back(static_cast<std::uint8_t>(255 * y / height));
      picture.pixels.push_back(static_cast<std::uint8_t>(127 * x / width + 127 * y / height));
    }
  }
  return picture;
}

Bytes EncodeJpeg(const Picture& picture, const JpegKind& kind) {
  const std::unique_ptr<void, int (*)(void*)> handle(tjInitCompress(), &tjDestroy);
  const int format = picture.channels == 1   ? TJPF_GRAY
                     : picture.channels == 3 ? TJPF_RGB
                                             : TJPF_CMYK;
  const int subsampling =
      picture.channels == 1 ? TJSAMP_GRAY : kSamplings[static_cast<std::size_t>(kind.sampling)];
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const int status = tjCompress2(handle.get(), picture.pixels.data(), picture.width, 0,
                                 picture.height, format, &bytes, &size, subsampling, kind.quality,
                                 kind.progressive ? TJFLAG_PROGRESSIVE : 0);
  BATCHSIZER_CHECK(status == 0);
  Bytes result(bytes, bytes + size);
  tjFree(bytes);
  return result;
}

Bytes EncodePng(int width, int height, const PngKind& kind, const Bytes& rows) {
  Bytes out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &out, &AppendToBytes, &NothingToFlush);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height),
               kind.bit_depth, kind.color_type,
               kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> palette;
  for (std::size_t i = 0; i + 2 < kind.palette.size(); i += 3) {
    palette.push_back({kind.palette[i], kind.palette[i + 1], kind.palette[i + 2]});
  }
  if (!palette.empty()) png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
  if (!kind.palette_alpha.empty()) {
    png_set_tRNS(png, info, kind.palette_alpha.data(), static_cast<int>(kind.palette_alpha.size()),
                 nullptr);
  }
  png_write_info(png, info);
  const std::size_t row_bytes = rows.size() / static_cast<std::size_t>(height);
  std::vector<png_bytep> pointers;
  Bytes copy = rows;
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    pointers.push_back(&copy[y * row_bytes]);
  }
  png_write_image(png, pointers.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return out;
}

Bytes EncodePng(const Picture& picture) {
  PngKind kind;
  kind.color_type = picture.channels == 1   ? PNG_COLOR_TYPE_GRAY
                    : picture.channels == 3 ? PNG_COLOR_TYPE_RGB
                                            : PNG_COLOR_TYPE_RGB_ALPHA;
  return EncodePng(picture.width, picture.height, kind, picture.pixels);
}

Bytes EncodeWebp(const Picture& picture, bool lossless) {
  constexpr float kBest = 100;
  const int stride = picture.width * 3;
  std::uint8_t* bytes = nullptr;
  const std::size_t size = lossless ? WebPEncodeLosslessRGB(picture.pixels.data(), picture.width,
                                                            picture.height, stride, &bytes)
                                    : WebPEncodeRGB(picture.pixels.data(), picture.width,
                                                    picture.height, stride, kBest, &bytes);
  BATCHSIZER_CHECK(size > 0);
  Bytes result(bytes, bytes + size);
  WebPFree(bytes);
  return result;
}

Bytes FlatJpeg(int width, int height) {
  const auto high = [](int value) { return static_cast<std::uint8_t>(value >> 8); };
  const auto low = [](int value) { return static_cast<std::uint8_t>(value); };
  Bytes file;
  const auto append = [&](const Bytes& part) { file.insert(file.end(), part.begin(), part.end()); };
  append({0xFF, 0xD8, 0xFF, 0xDB, 0, 67, 0});
  append(Bytes(64, 1));
  // Frame of one component; both Huffman tables have one code, 0, for "nothing".
  append({0xFF, 0xC0, 0, 11, 8, high(height), low(height), high(width), low(width), 1, 1, 0x11, 0});
  for (const std::uint8_t table : Bytes{0x00, 0x10}) {
    append({0xFF, 0xC4, 0, 20, table, 1});
    append(Bytes(16, 0));
  }
  append({0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0});
  const std::size_t blocks =
      static_cast<std::size_t>((width + 7) / 8) * static_cast<std::size_t>((height + 7) / 8);
  append(Bytes((blocks * 2 + 7) / 8, 0));
  append({0xFF, 0xD9});
  return file;
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "batchsizer-test-XXXXXX").string();
  BATCHSIZER_CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
  // So that AsOrdinaryUser can reach what is in it.
  std::filesystem::permissions(path_, std::filesystem::perms(0755));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::Write(const std::string& name, const Bytes& content) const {
  const auto whole = path_ / name;
  std::filesystem::create_directories(whole.parent_path());
  std::ofstream file(whole, std::ios::binary);
  for (const std::uint8_t byte : content) file.put(static_cast<char>(byte));
  file.close();
  BATCHSIZER_CHECK(file.good());
  return whole.string();
}

void AsOrdinaryUser(const std::function<void()>& work) {
  const bool is_root = geteuid() == 0;
  if (is_root) BATCHSIZER_CHECK(seteuid(kNobody) == 0);
  work();
  if (is_root) BATCHSIZER_CHECK(seteuid(0) == 0);
}

}  // namespace batchsizer::flow::testing
