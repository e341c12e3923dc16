// How the two sets are distributed.
//
// Published, and met by the tables below (image_set_test.cc):
//  ImageNet (ILSVRC 2012): images of 469 x 387 pixels in the mean. The archive of the
//    1,281,167 training images holds 147,897,477,120 bytes, so 112.7 KiB an image with
//    tar's 0.7 KiB for each; that of the 50,000 for validation 6,744,924,160, 131.7 KiB.
//    Drawn are training images. Most have a longer side of 500 pixels and quality 96
//    without chroma subsampling; there are some of 2592 x 3888 and of 500 x 33
//    (https://www.terryalanunlimited.com/compression-in-the-imagenet-dataset/).
//  Caltech-256: 30,607 images. Width 75 to 7913, mean 371.3; height 75 to 7913, mean
//    325.9; files of 1.19 to 6391 KiB, mean 36.99; 37 files above 1 MiB, 3 above 4 MiB
//    (measured over the whole set: https://github.com/whuhit/caltech-256).
//
// Plausible only: everything else. How often each usual size comes, the shapes of
// what lies between, and bits a pixel, chosen so that the means above come out. The
// few images of Caltech-256 beyond 4000 pixels are not drawn.
#include "flow/image/image_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "flow/image/split_mix.h"

namespace batchsizer::flow {
namespace {

// Whole numbers throughout: no rounding that a compiler or a processor could do
// another way.
constexpr std::int64_t kAll = 100'000;

// A usual size; share of kAll.
struct UsualSize {
  int width;
  int height;
  std::int64_t share;
};

// A distribution: share (of kAll) of the values are at most value; linear in between.
struct Quantile {
  std::int64_t share;
  std::int64_t value;
};

struct Distribution {
  std::span<const UsualSize> usual;
  // Of the rest: the longer side in pixels, the shorter one in thousandths of it,
  // and how many stand upright, of kAll.
  std::span<const Quantile> longer_side;
  std::span<const Quantile> shape;
  std::int64_t upright;
  std::int64_t least_side;  // pixels
  // Of all: hundredths of a bit a pixel, before what LargeFilesAreCoarser takes.
  std::span<const Quantile> bits;
};

constexpr UsualSize kImageNetSizes[] = {
    {500, 375, 34'000}, {375, 500, 8'500}, {500, 333, 7'500}, {500, 334, 3'000}, {333, 500, 2'500},
    {334, 500, 800},    {500, 500, 1'200}, {500, 400, 1'200}, {640, 480, 2'500}, {480, 640, 500},
    {800, 600, 1'200},  {1024, 768, 700},  {400, 300, 1'200}, {320, 240, 1'200},
};
constexpr Quantile kImageNetLonger[] = {
    {0, 75},         {3'000, 120},    {15'000, 200},    {35'000, 300}, {55'000, 420},
    {60'000, 500},   {82'000, 500},   {90'000, 660},    {95'000, 970}, {98'000, 1'600},
    {99'400, 2'400}, {99'900, 3'300}, {100'000, 4'288},
};
constexpr Quantile kImageNetShape[] = {
    {0, 300},      {3'000, 500},  {15'000, 640},   {40'000, 700},    {60'000, 750},
    {80'000, 800}, {95'000, 960}, {99'000, 1'000}, {100'000, 1'000},
};
constexpr Quantile kImageNetBits[] = {
    {0, 40},       {3'000, 140},  {15'000, 280},    {50'000, 460},
    {80'000, 650}, {95'000, 870}, {100'000, 1'300},
};

constexpr UsualSize kCaltechSizes[] = {
    {300, 225, 2'500}, {400, 300, 4'000}, {500, 375, 2'000}, {640, 480, 5'000},
    {320, 240, 3'000}, {250, 250, 1'500}, {300, 300, 2'000}, {200, 200, 1'500},
    {500, 500, 1'200}, {800, 600, 1'200}, {150, 150, 1'000}, {1024, 768, 700},
};
constexpr Quantile kCaltechLonger[] = {
    {0, 75},         {5'000, 130},    {20'000, 205},   {40'000, 280},
    {60'000, 370},   {78'000, 460},   {90'000, 620},   {96'000, 840},
    {98'800, 1'150}, {99'700, 1'700}, {99'950, 2'700}, {100'000, 4'000},
};
constexpr Quantile kCaltechShape[] = {
    {0, 300},      {5'000, 480},  {20'000, 680},   {45'000, 760},
    {65'000, 820}, {80'000, 960}, {90'000, 1'000}, {100'000, 1'000},
};
constexpr Quantile kCaltechBits[] = {
    {0, 30},       {5'000, 60},   {25'000, 110},   {50'000, 160},    {75'000, 240},
    {92'000, 400}, {98'500, 700}, {99'700, 1'200}, {100'000, 1'600},
};

constexpr Distribution kImageNet{kImageNetSizes, kImageNetLonger, kImageNetShape, 20'500, 30,
                                 kImageNetBits};
constexpr Distribution kCaltech{kCaltechSizes, kCaltechLonger, kCaltechShape, 31'000, 75,
                                kCaltechBits};

const Distribution& DistributionOf(ImageSetKind kind) {
  return kind == ImageSetKind::kImageNet ? kImageNet : kCaltech;
}

std::int64_t DrawShare(SplitMix& random) {
  return static_cast<std::int64_t>(random.Next() % std::uint64_t{kAll});
}

std::int64_t DrawFrom(std::span<const Quantile> table, SplitMix& random) {
  const std::int64_t share = DrawShare(random);
  std::size_t upper = 1;
  while (table[upper].share <= share) ++upper;
  const Quantile low = table[upper - 1];
  const Quantile high = table[upper];
  return low.value + (high.value - low.value) * (share - low.share) / (high.share - low.share);
}

std::pair<int, int> DrawSize(const Distribution& set, SplitMix& random) {
  std::int64_t share = DrawShare(random);
  for (const UsualSize& size : set.usual) {
    if (share < size.share) return {size.width, size.height};
    share -= size.share;
  }
  const std::int64_t longer = DrawFrom(set.longer_side, random);
  const auto shorter =
      static_cast<int>(std::max(set.least_side, longer * DrawFrom(set.shape, random) / 1000));
  if (DrawShare(random) < set.upright) return {shorter, static_cast<int>(longer)};
  return {static_cast<int>(longer), shorter};
}

std::int64_t DrawBytes(const Distribution& set, std::int64_t pixels, SplitMix& random) {
  constexpr std::int64_t kHeader = 623;  // of a JPEG with the usual tables
  // Large pictures are saved with fewer bits a pixel: half at 4 million pixels.
  constexpr std::int64_t kHalvedAt = 4'000'000;
  const std::int64_t bits = pixels * DrawFrom(set.bits, random) / 100;
  return kHeader + bits * kHalvedAt / (kHalvedAt + pixels) / 8;
}

}  // namespace

std::string_view ToString(ImageSetKind kind) {
  return kind == ImageSetKind::kImageNet ? "imagenet" : "caltech256";
}

Result<ImageSetKind> ParseImageSetKind(std::string_view name) {
  for (const auto kind : {ImageSetKind::kImageNet, ImageSetKind::kCaltech256}) {
    if (name == ToString(kind)) return kind;
  }
  return MakeError(
      ErrorCode::kInvalidInput,
      fmt::format("'{}' is not a set of images; there are imagenet and caltech256", name));
}

std::vector<ImageFacts> DrawImageSet(ImageSetKind kind, int count, std::uint64_t seed) {
  const Distribution& set = DistributionOf(kind);
  SplitMix seeds(seed);
  std::vector<ImageFacts> images(static_cast<std::size_t>(std::max(count, 0)));
  for (ImageFacts& image : images) {
    SplitMix random(seeds.Next());
    const auto [width, height] = DrawSize(set, random);
    const std::int64_t pixels = std::int64_t{width} * height;
    image = {width, height, DrawBytes(set, pixels, random)};
  }
  return images;
}

ImageSetMeans MeansOf(const std::vector<ImageFacts>& images) {
  ImageSetMeans means;
  const auto count = static_cast<double>(images.size());
  for (const ImageFacts& image : images) {
    means.width += image.width / count;
    means.height += image.height / count;
    means.pixels += static_cast<double>(image.width) * image.height / count;
    means.file_bytes += static_cast<double>(image.file_bytes) / count;
  }
  return means;
}

}  // namespace batchsizer::flow
