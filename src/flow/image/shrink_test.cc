// A JPEG decoded at 1/2, 1/4 or 1/8 must give the model what the whole one does,
// above all where its size is no multiple of that.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>
#include <vector>

#include "flow/image/decode.h"
#include "flow/image/preprocess.h"
#include "flow/image/resize_weights.h"
#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;
using testing::EncodeJpeg;
using testing::Picture;
using testing::Sampling;

constexpr int kModelSide = 56;

// Waves with about 25 resized pixels from crest to crest: smooth enough for the
// filter not to matter, steep enough to show a shift by a tenth of a pixel.
Picture Waves(int width, int height, int resized_side) {
  const double pixels_per_radian = std::min(width, height) * 4.0 / resized_side;
  const auto wave = [](double phase) { return 60.0 * std::sin(phase); };
  Picture picture{width, height, 3, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double value =
            127.0 + wave(x / pixels_per_radian + c) + wave(0.8 * y / pixels_per_radian + 2.0 * c);
        picture.pixels.push_back(static_cast<std::uint8_t>(std::lround(value)));
      }
    }
  }
  return picture;
}

struct ShrinkCase {
  int width, height;
  int factor;
  double crop_fraction = 0.875;
  Sampling sampling = Sampling::k444;
};

std::ostream& operator<<(std::ostream& out, const ShrinkCase& c) {
  return out << c.width << " x " << c.height << ", crop " << c.crop_fraction;
}

class ShrunkJpeg : public ::testing::TestWithParam<ShrinkCase> {
 protected:
  // What the model gets from file, decoded so that it covers cover.
  std::vector<float> Row(const Bytes& file, Cover cover, int expected_factor) {
    const auto image = decoder_.Decode(file, cover);
    EXPECT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->shrunk_by, expected_factor);
    EXPECT_EQ(image->file_width, GetParam().width);
    EXPECT_EQ(image->file_height, GetParam().height);
    std::vector<float> row(input_.ElementsPerRow());
    preprocessor_.Run(*image, row.data());
    return row;
  }

  InputSpec input_{"input", ElementType::kFloat32, ImageLayout::kNhwc, 3, kModelSide, kModelSide};
  Preprocessor preprocessor_ =
      *Preprocessor::Create(input_, {NormalisationOf(Preset::kRaw), GetParam().crop_fraction});
  ImageDecoder decoder_{DecodeOptions{}};
};

TEST_P(ShrunkJpeg, GivesWhatTheWholeOneGives) {
  const ShrinkCase& c = GetParam();
  const Cover needed = preprocessor_.Needed();
  const Bytes file =
      EncodeJpeg(Waves(c.width, c.height, needed.width), {.sampling = c.sampling, .quality = 97});
  const auto whole = Row(file, {}, 1);
  const auto shrunk = Row(file, needed, c.factor);
  double worst = 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const double difference = std::abs(static_cast<double>(whole[i] - shrunk[i]));
    worst = std::max(worst, difference);
    sum += difference;
  }
  EXPECT_LT(worst, 3.5);
  EXPECT_LT(sum / static_cast<double>(whole.size()), 0.5);
}

INSTANTIATE_TEST_SUITE_P(Sizes, ShrunkJpeg,
                         ::testing::Values(ShrinkCase{512, 512, 8},   // nothing is rounded
                                           ShrinkCase{513, 521, 8},   // 1/8 of a pixel left
                                           ShrinkCase{505, 511, 8},   // enough only when rounded up
                                           ShrinkCase{1000, 667, 8},  // landscape
                                           ShrinkCase{259, 401, 4},   // portrait
                                           ShrinkCase{2049, 520,
                                                      8},  // 252 wide; 253 by rounded sizes
                                           ShrinkCase{257, 259, 4},  // 1/4 and 3/4 left
                                           ShrinkCase{255, 193, 2},  // 1/2 left
                                           ShrinkCase{129, 131, 2, 0.875, Sampling::k420},
                                           ShrinkCase{517, 1033, 8, 0.875, Sampling::k420},
                                           ShrinkCase{449, 457, 8, 1.0}));  // up to the edge

// The middle of what each pixel is made of is where the pixel lies.
TEST(ResizeWeights, LineMayEndWithinItsLastPixel) {
  constexpr double kTrueSize = 85.25;
  ResizeWeights weights;
  weights.Compute({64, 0, 64}, kTrueSize, {0, 86});
  EXPECT_EQ(weights.SourceEnd(), 86);
  for (int i = 1; i < 63; ++i) {
    const Taps taps = weights.At(i);
    double middle = 0.0;
    for (int k = 0; k < taps.count; ++k) {
      middle += static_cast<double>(taps.weights[k]) * (taps.first + k + 0.5);
    }
    EXPECT_NEAR(middle, (i + 0.5) * kTrueSize / 64, 0.2) << i;
  }
}

}  // namespace
}  // namespace batchsizer::flow
