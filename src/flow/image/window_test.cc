// What lies outside the crop is not decoded. What the model gets must be the same
// to the bit as from the whole picture.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <vector>

#include "flow/image/decode.h"
#include "flow/image/preprocess.h"
#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;
using testing::EncodeJpeg;
using testing::EncodeWebp;
using testing::Noise;
using testing::Picture;
using testing::Sampling;

struct Size {
  int width, height;
};

class Window : public ::testing::TestWithParam<Size> {
 protected:
  static constexpr int kModelSide = 28;

  std::vector<float> Row(const RgbImage& image) {
    std::vector<float> row(input_.ElementsPerRow());
    preprocessor_.Run(image, row.data());
    return row;
  }

  // Decodes with the crop and without; shrunk alike. Returns how many pixels the
  // crop saved.
  int ExpectSame(const Bytes& file, double crop_fraction) {
    preprocessor_ = Make(crop_fraction);
    const Cover cover = preprocessor_.Needed();
    const auto whole = decoder_.Decode(file, {cover.width, cover.height});
    EXPECT_TRUE(whole) << whole.error().message;
    const int all = whole->width * whole->height;
    const auto expected = Row(*whole);
    const auto window = decoder_.Decode(file, cover);
    EXPECT_TRUE(window) << window.error().message;
    EXPECT_EQ(window->shrunk_by, whole->shrunk_by);
    EXPECT_EQ(Row(*window), expected)
        << GetParam().width << " x " << GetParam().height << ", crop " << crop_fraction;
    return all - window->width * window->height;
  }

  Preprocessor Make(double crop_fraction) const {
    return *Preprocessor::Create(input_, {NormalisationOf(Preset::kRaw), crop_fraction});
  }

  InputSpec input_{"input", ElementType::kFloat32, ImageLayout::kNhwc, 3, kModelSide, kModelSide};
  Preprocessor preprocessor_ = Make(0.875);
  ImageDecoder decoder_{DecodeOptions{}};
};

TEST_P(Window, OfAJpegIsTheSame) {
  const Picture picture = Noise(GetParam().width, GetParam().height, 3, 41);
  for (const Sampling sampling :
       {Sampling::k444, Sampling::k422, Sampling::k420, Sampling::k440, Sampling::k411}) {
    for (const bool progressive : {false, true}) {
      const Bytes file =
          EncodeJpeg(picture, {.progressive = progressive, .sampling = sampling, .quality = 80});
      for (const double crop : {0.3, 0.5, 0.875, 1.0}) ExpectSame(file, crop);
    }
  }
}

TEST_P(Window, OfAWebpIsTheSame) {
  const Picture picture = Noise(GetParam().width, GetParam().height, 3, 42);
  for (const bool lossless : {false, true}) {
    const Bytes file = EncodeWebp(picture, lossless);
    for (const double crop : {0.3, 0.5, 0.875, 1.0}) ExpectSame(file, crop);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Window,
                         ::testing::Values(Size{32, 32}, Size{200, 33}, Size{33, 200}, Size{61, 47},
                                           Size{121, 107}, Size{260, 170}, Size{303, 517},
                                           Size{517, 303}, Size{700, 90}, Size{1, 90}, Size{90, 1},
                                           Size{1, 1}));

using WindowSaves = Window;
TEST_P(WindowSaves, MostOfAPanorama) {
  const Picture picture = Noise(GetParam().width, GetParam().height, 3, 43);
  EXPECT_GT(ExpectSame(EncodeJpeg(picture), 0.875), picture.width * picture.height / 2);
}
INSTANTIATE_TEST_SUITE_P(Sizes, WindowSaves, ::testing::Values(Size{300, 40}, Size{40, 300}));

}  // namespace
}  // namespace batchsizer::flow
