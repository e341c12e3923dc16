// Small pictures with known pixels, as bytes of files, and a folder for them.
// For tests only; what fails here aborts.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace batchsizer::flow::testing {

using Bytes = std::vector<std::uint8_t>;

// width x height pixels of channels bytes, interleaved.
struct Picture {
  int width = 0;
  int height = 0;
  int channels = 3;
  Bytes pixels;
};

[[nodiscard]] Picture Solid(int width, int height, const Bytes& pixel);
// Every byte different from its neighbours, the same for the same seed.
[[nodiscard]] Picture Noise(int width, int height, int channels, unsigned seed);
// Smooth in both directions: survives JPEG nearly unchanged.
[[nodiscard]] Picture Gradient(int width, int height);

enum class Sampling { k444, k422, k420, k440, k411 };

struct JpegKind {
  bool progressive = false;
  Sampling sampling = Sampling::k444;
  int quality = 100;
};
// 1 channel: grey; 3: RGB; 4: CMYK as given, stored as YCCK.
[[nodiscard]] Bytes EncodeJpeg(const Picture& picture, const JpegKind& kind = {});

struct PngKind {
  int color_type = 2;  // as libpng numbers them: 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGBA
  int bit_depth = 8;
  bool interlaced = false;
  Bytes palette = {};        // RGB triples
  Bytes palette_alpha = {};  // tRNS
};
// rows as PNG stores them: packed below 8 bits, big-endian at 16.
[[nodiscard]] Bytes EncodePng(int width, int height, const PngKind& kind, const Bytes& rows);
[[nodiscard]] Bytes EncodePng(const Picture& picture);

// RGB, as good as can be.
[[nodiscard]] Bytes EncodeWebp(const Picture& picture, bool lossless);

// A JPEG of width x height grey pixels, all alike, a quarter of a bit each: what
// no camera made, but takes next to no memory to make.
[[nodiscard]] Bytes FlatJpeg(int width, int height);

// A folder of its own, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& Path() const { return path_; }
  // Parents are made. Returns the whole path.
  std::string Write(const std::string& name, const Bytes& content) const;

 private:
  std::filesystem::path path_;
};

// Does what work does as a user to whom permissions apply, even in tests run as
// root. The files must have been made before.
void AsOrdinaryUser(const std::function<void()>& work);

}  // namespace batchsizer::flow::testing
