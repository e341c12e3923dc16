#include "flow/image/synthetic.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <turbojpeg.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

#include "base/errno_error.h"
#include "base/output_file.h"
#include "flow/image/split_mix.h"

namespace batchsizer::flow {
namespace {

using Random = SplitMix;
using Colour = std::array<float, 3>;

struct Size {
  int width;
  int height;
};

// As often as they stand here; about ImageNet's mix, 469 x 387 in the mean.
constexpr std::array<Size, 20> kSizes{{
    {500, 375}, {500, 375}, {500, 375}, {500, 375}, {500, 375}, {500, 375}, {500, 334},
    {500, 333}, {500, 333}, {375, 500}, {375, 500}, {333, 500}, {640, 480}, {640, 480},
    {400, 300}, {500, 400}, {320, 240}, {256, 256}, {800, 600}, {150, 180},
}};

Colour RandomColour(Random& random, float low, float high) {
  return {random.Real(low, high), random.Real(low, high), random.Real(low, high)};
}

class Canvas {
 public:
  Canvas(Size size, Random& random)
      : width_(size.width),
        height_(size.height),
        random_(random),
        values_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * 3) {}

  // Sky down to a horizon, ground below it.
  void PaintScene() {
    const Colour sky = RandomColour(random_, 120, 230);
    const Colour haze = RandomColour(random_, 150, 240);
    const Colour ground = RandomColour(random_, 30, 140);
    const float horizon = random_.Real(0.3F, 0.7F) * static_cast<float>(height_);
    for (int y = 0; y < height_; ++y) {
      const float down = static_cast<float>(y) / horizon;
      for (int x = 0; x < width_; ++x) {
        float* const pixel = At(x, y);
        for (std::size_t c = 0; c < 3; ++c) {
          pixel[c] =
              down < 1 ? sky[c] + (haze[c] - sky[c]) * down : ground[c] * (0.6F + 0.4F / down);
        }
      }
    }
  }

  // An ellipse, brighter on one side as if lit.
  void PaintEllipse() {
    const Colour colour = RandomColour(random_, 20, 240);
    const float cx = random_.Real(0, static_cast<float>(width_));
    const float cy = random_.Real(0, static_cast<float>(height_));
    const float rx = random_.Real(0.04F, 0.3F) * static_cast<float>(width_);
    const float ry = random_.Real(0.04F, 0.3F) * static_cast<float>(height_);
    const int top = std::max(0, static_cast<int>(cy - ry));
    const int bottom = std::min(height_, static_cast<int>(cy + ry) + 1);
    for (int y = top; y < bottom; ++y) {
      const float v = (static_cast<float>(y) - cy) / ry;
      for (int x = 0; x < width_; ++x) {
        const float u = (static_cast<float>(x) - cx) / rx;
        if (u * u + v * v > 1) continue;
        const float light = 1.0F - 0.35F * (u + v);
        for (std::size_t c = 0; c < 3; ++c) At(x, y)[c] = colour[c] * light;
      }
    }
  }

  // Value noise: random heights on a lattice, linear in between.
  void AddTexture(int cell, float strength) {
    const int columns = width_ / cell + 2;
    std::vector<float> heights(static_cast<std::size_t>(columns) *
                               static_cast<std::size_t>(height_ / cell + 2));
    for (float& value : heights) value = random_.Real(-strength, strength);
    for (int y = 0; y < height_; ++y) {
      const float v = static_cast<float>(y % cell) / static_cast<float>(cell);
      const float* const upper =
          &heights[static_cast<std::size_t>(y / cell) * static_cast<std::size_t>(columns)];
      const float* const lower = upper + columns;
      for (int x = 0; x < width_; ++x) {
        const int i = x / cell;
        const float u = static_cast<float>(x % cell) / static_cast<float>(cell);
        const float above = upper[i] + (upper[i + 1] - upper[i]) * u;
        const float below = lower[i] + (lower[i + 1] - lower[i]) * u;
        const float offset = above + (below - above) * v;
        for (std::size_t c = 0; c < 3; ++c) At(x, y)[c] += offset;
      }
    }
  }

  // To bytes, with a sensor's noise on every pixel.
  std::vector<std::uint8_t> Develop(float noise) {
    std::vector<std::uint8_t> rgb(values_.size());
    for (std::size_t i = 0; i < rgb.size(); ++i) {
      const float value = values_[i] + random_.Real(-noise, noise);
      rgb[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F));
    }
    return rgb;
  }

 private:
  float* At(int x, int y) {
    return &values_[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                     static_cast<std::size_t>(x)) *
                    3];
  }

  int width_;
  int height_;
  Random& random_;
  std::vector<float> values_;
};

struct JpegBytes {
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // NOLINT(google-runtime-int): as TurboJPEG has it
  JpegBytes() = default;
  ~JpegBytes() { tjFree(bytes); }
  JpegBytes(const JpegBytes&) = delete;
  JpegBytes& operator=(const JpegBytes&) = delete;
};

Status Compress(const SyntheticPhoto& photo, JpegBytes& out) {
  constexpr int kQuality = 96;
  const std::unique_ptr<void, int (*)(void*)> handle(tjInitCompress(), &tjDestroy);
  if (handle && tjCompress2(handle.get(), photo.rgb.data(), photo.width, 0, photo.height, TJPF_RGB,
                            &out.bytes, &out.size, TJSAMP_420, kQuality, 0) == 0) {
    return {};
  }
  return MakeError(ErrorCode::kInternal,
                   fmt::format("a photo cannot be compressed: {}", tjGetErrorStr2(handle.get())));
}

bool Exists(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0;
}

}  // namespace

SyntheticPhoto MakeSyntheticPhoto(std::uint64_t seed, int index) {
  Random random(seed * 0x2545F4914F6CDD1DULL + static_cast<std::uint64_t>(index));
  const Size size = kSizes[random.Next() % kSizes.size()];
  Canvas canvas(size, random);
  canvas.PaintScene();
  for (int shapes = random.Integer(4, 12); shapes > 0; --shapes) canvas.PaintEllipse();
  canvas.AddTexture(40, 24);
  canvas.AddTexture(9, 18);
  canvas.AddTexture(3, 20);
  return {size.width, size.height, canvas.Develop(random.Real(8, 18))};
}

Status WriteSyntheticPhotos(const std::string& dir, int count, std::uint64_t seed) {
  if (count < 0) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{} photos cannot be made; 0 or more can", count));
  }
  std::error_code failed;
  std::filesystem::create_directories(dir, failed);
  if (failed) return base::ErrnoError(fmt::format("{}: cannot be created", dir), failed.value());
  for (int index = 0; index < count; ++index) {
    const std::string path = fmt::format("{}/photo-{:05}.jpg", dir, index);
    if (Exists(path)) continue;
    JpegBytes jpeg;
    if (auto done = Compress(MakeSyntheticPhoto(seed, index), jpeg); !done) return done;
    // As a whole or not at all: nobody must find half a photo.
    const std::string_view bytes(reinterpret_cast<const char*>(jpeg.bytes), jpeg.size);
    if (auto done = base::ReplaceFile(path, bytes); !done) return done;
  }
  return {};
}

}  // namespace batchsizer::flow
