#include "flow/image/synthetic.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "base/errno_error.h"
#include "base/output_file.h"
#include "flow/image/jpeg_encoder.h"

namespace batchsizer::flow {
namespace {

using Random = SplitMix;
using Colour = std::array<float, 3>;

// As often as they stand here; about ImageNet's mix, 469 x 387 in the mean.
constexpr std::array<PictureSize, 20> kSizes{{
    {500, 375}, {500, 375}, {500, 375}, {500, 375}, {500, 375}, {500, 375}, {500, 334},
    {500, 333}, {500, 333}, {375, 500}, {375, 500}, {333, 500}, {640, 480}, {640, 480},
    {400, 300}, {500, 400}, {320, 240}, {256, 256}, {800, 600}, {150, 180},
}};

Colour RandomColour(SplitMix& random, float low, float high) {
  return {random.Real(low, high), random.Real(low, high), random.Real(low, high)};
}

class Canvas {
 public:
  Canvas(PictureSize size, SplitMix& random)
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
  SplitMix& random_;
  std::vector<float> values_;
};

bool Exists(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0;
}

}  // namespace

SyntheticPhoto PaintPhoto(PictureSize size, float grain, SplitMix& random) {
  Canvas canvas(size, random);
  canvas.PaintScene();
  for (int shapes = random.Integer(4, 12); shapes > 0; --shapes) canvas.PaintEllipse();
  canvas.AddTexture(40, 24);
  canvas.AddTexture(9, 18 * grain);
  canvas.AddTexture(3, 20 * grain);
  return {size.width, size.height, canvas.Develop(grain * random.Real(8, 18))};
}

SyntheticPhoto MakeSyntheticPhoto(std::uint64_t seed, int index) {
  SplitMix random(seed * 0x2545F4914F6CDD1DULL + static_cast<std::uint64_t>(index));
  const PictureSize size = kSizes[random.Next() % kSizes.size()];
  return PaintPhoto(size, 1.0F, random);
}

Status MakePhotoFolder(const std::string& dir) {
  std::error_code failed;
  std::filesystem::create_directories(dir, failed);
  if (failed) return base::ErrnoError(fmt::format("{}: cannot be created", dir), failed.value());
  return {};
}

Status WriteSyntheticPhoto(const std::string& dir, std::uint64_t seed, int index) {
  const std::string path = fmt::format("{}/photo-{:05}.jpg", dir, index);
  if (Exists(path)) return {};
  const SyntheticPhoto photo = MakeSyntheticPhoto(seed, index);
  JpegEncoder encoder;
  const auto jpeg = encoder.Encode(photo.rgb, photo.width, photo.height, {});
  if (!jpeg) return tl::unexpected(jpeg.error());
  // As a whole or not at all: nobody must find half a photo.
  return base::ReplaceFile(path, *jpeg);
}

Status WriteSyntheticPhotos(const std::string& dir, int count, std::uint64_t seed) {
  if (count < 0) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{} photos cannot be made; 0 or more can", count));
  }
  if (auto made = MakePhotoFolder(dir); !made) return made;
  for (int index = 0; index < count; ++index) {
    if (auto done = WriteSyntheticPhoto(dir, seed, index); !done) return done;
  }
  return {};
}

}  // namespace batchsizer::flow
