#include "flow/image/set_photos.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <string_view>

#include "base/output_file.h"
#include "flow/image/jpeg_encoder.h"
#include "flow/image/synthetic.h"

namespace batchsizer::flow {
namespace {

// Of the file without its header.
double BitsPerPixel(const ImageFacts& facts) {
  const double pixels = static_cast<double>(facts.width) * facts.height;
  return 8.0 * static_cast<double>(std::max<std::int64_t>(facts.file_bytes - 600, 0)) / pixels;
}

// The grain with which a photo gets about these bits a pixel at the quality that is
// usual in its set, so that the quality need not say it all.
float GrainFor(double bits_per_pixel, ImageSetKind kind) {
  const double usual = kind == ImageSetKind::kImageNet ? 7.0 : 3.0;
  return static_cast<float>(std::clamp(bits_per_pixel / usual, 0.02, 2.0));
}

// Where to try next: how many bytes more a step of quality brings, about.
int QualityStep(int quality, double wanted_ratio) {
  const double growth = quality > 92 ? 0.09 : quality > 75 ? 0.04 : 0.018;
  const int step = static_cast<int>(std::lround(std::log(wanted_ratio) / growth));
  if (step == 0) return wanted_ratio > 1 ? 1 : -1;
  return step;
}

class QualitySearch {
 public:
  explicit QualitySearch(std::int64_t wanted) : wanted_(static_cast<double>(wanted)) {}

  [[nodiscard]] bool Done() const { return low_ > high_ || error_ < kNearEnough; }
  [[nodiscard]] int quality() const { return quality_; }

  // Whether this is the nearest so far; and on to the next quality.
  bool Take(std::size_t bytes) {
    const double ratio = wanted_ / static_cast<double>(bytes);
    const double error = std::abs(std::log(ratio));
    const bool better = error < error_;
    error_ = std::min(error_, error);
    (ratio > 1 ? low_ : high_) = quality_ + (ratio > 1 ? 1 : -1);
    if (low_ <= high_) quality_ = std::clamp(quality_ + QualityStep(quality_, ratio), low_, high_);
    return better;
  }

 private:
  static constexpr double kNearEnough = 0.02;

  double wanted_;
  double error_ = 1e9;
  int low_ = 1;
  int high_ = 100;
  int quality_ = 90;
};

Result<std::string> EncodeNear(const SyntheticPhoto& photo, std::int64_t bytes,
                               bool halved_colours) {
  JpegEncoder encoder;
  QualitySearch search(bytes);
  std::string nearest;
  while (!search.Done()) {
    const auto jpeg =
        encoder.Encode(photo.rgb, photo.width, photo.height, {search.quality(), halved_colours});
    if (!jpeg) return tl::unexpected(jpeg.error());
    if (search.Take(jpeg->size())) nearest = *jpeg;
  }
  return nearest;
}

bool Exists(const std::string& path) {
  struct stat info {};
  return lstat(path.c_str(), &info) == 0;
}

}  // namespace

std::string SetPhotoName(ImageSetKind kind, std::uint64_t seed, int index) {
  return fmt::format("{}-{}-{:05}.jpg", ToString(kind), seed, index);
}

Result<std::string> MakeSetPhoto(ImageSetKind kind, const ImageFacts& facts, std::uint64_t seed,
                                 int index) {
  SplitMix random(seed * 0x2545F4914F6CDD1DULL + static_cast<std::uint64_t>(index));
  // Most of ImageNet keeps all its colours; what the web shows has them halved.
  const bool halved_colours = kind == ImageSetKind::kCaltech256;
  try {
    const float grain = GrainFor(BitsPerPixel(facts), kind);
    return EncodeNear(PaintPhoto({facts.width, facts.height}, grain, random), facts.file_bytes,
                      halved_colours);
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorCode::kOutOfMemory, fmt::format("no memory for a photo of {} x {} pixels",
                                                          facts.width, facts.height));
  }
}

Status WriteSetPhoto(const std::string& dir, ImageSetKind kind, const ImageFacts& facts,
                     std::uint64_t seed, int index) {
  const std::string path = fmt::format("{}/{}", dir, SetPhotoName(kind, seed, index));
  if (Exists(path)) return {};
  const auto jpeg = MakeSetPhoto(kind, facts, seed, index);
  if (!jpeg) return tl::unexpected(jpeg.error());
  return base::ReplaceFile(path, *jpeg);
}

}  // namespace batchsizer::flow
