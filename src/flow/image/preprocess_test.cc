#include "flow/image/preprocess.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "flow/image/half.h"
#include "flow/image/resize_kernel.h"
#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;
using ::testing::Each;
using ::testing::HasSubstr;
using testing::Noise;
using testing::Picture;
using testing::Solid;

RgbImage View(const Picture& picture) {
  return {picture.pixels.data(), picture.width, picture.height};
}

InputSpec Spec(ElementType type, ImageLayout layout, int height, int width, int channels = 3) {
  return {"input", type, layout, channels, height, width};
}

PreprocessOptions With(Preset preset, double crop_fraction = 0.875) {
  return {NormalisationOf(preset), crop_fraction};
}

template <typename Element>
std::vector<Element> Preprocessed(const InputSpec& spec, const PreprocessOptions& options,
                                  const Picture& picture) {
  auto preprocessor = Preprocessor::Create(spec, options);
  EXPECT_TRUE(preprocessor) << preprocessor.error().message;
  std::vector<Element> row(spec.ElementsPerRow());
  preprocessor->Run(View(picture), row.data());
  return row;
}

std::size_t Index(int y, int x, int channel, int width) {
  const auto pixel =
      static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
  return pixel * 3 + static_cast<std::size_t>(channel);
}

// The triangle filter straight from its definition, in two dimensions at once.
// (y, x) are in the whole resized picture of out_height x out_width.
double Reference(const Picture& picture, double out_height, double out_width, double y, double x,
                 int channel) {
  const double step_y = picture.height / out_height;
  const double step_x = picture.width / out_width;
  const auto weight = [](double source, double out, double step) {
    const double distance = source + 0.5 - (out + 0.5) * step;
    return std::max(0.0, 1.0 - std::abs(distance) / std::max(1.0, step));
  };
  double sum = 0.0;
  double total = 0.0;
  for (int v = 0; v < picture.height; ++v) {
    const double down = weight(v, y, step_y);
    for (int u = 0; down > 0 && u < picture.width; ++u) {
      const double share = down * weight(u, x, step_x);
      sum += share * picture.pixels[Index(v, u, channel, picture.width)];
      total += share;
    }
  }
  return sum / total;
}

struct ResizeCase {
  int source_height, source_width;
  int height, width;
  double crop_fraction;
  int resized_height, resized_width;  // by hand
  int top, left;                      // by hand
};

class PreprocessorAgainstReference : public ::testing::TestWithParam<ResizeCase> {};

TEST_P(PreprocessorAgainstReference, EveryValueIsNear) {
  const ResizeCase& c = GetParam();
  const Picture picture = Noise(c.source_width, c.source_height, 3, 11);
  const auto row =
      Preprocessed<float>(Spec(ElementType::kFloat32, ImageLayout::kNhwc, c.height, c.width),
                          With(Preset::kRaw, c.crop_fraction), picture);
  double worst = 0.0;
  for (int y = 0; y < c.height; ++y) {
    for (int x = 0; x < c.width; ++x) {
      for (int channel = 0; channel < 3; ++channel) {
        const double want =
            Reference(picture, c.resized_height, c.resized_width, c.top + y, c.left + x, channel);
        const std::size_t at = Index(y, x, channel, c.width);
        worst = std::max(worst, std::abs(want - static_cast<double>(row[at])));
      }
    }
  }
  EXPECT_LT(worst, 0.001);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, PreprocessorAgainstReference,
    ::testing::Values(ResizeCase{60, 90, 28, 28, 0.875, 32, 48, 2, 10},    // shrink, landscape
                      ResizeCase{90, 61, 28, 28, 0.875, 47, 32, 10, 2},    // portrait, 9.5 -> 10
                      ResizeCase{90, 65, 28, 28, 0.875, 44, 32, 8, 2},     // portrait, truncated
                      ResizeCase{28, 28, 28, 28, 1.0, 28, 28, 0, 0},       // as it is
                      ResizeCase{10, 13, 28, 28, 0.875, 32, 41, 2, 6},     // enlarge, 6.5 -> 6
                      ResizeCase{300, 40, 28, 14, 0.875, 120, 16, 46, 1},  // narrow target
                      ResizeCase{200, 200, 7, 21, 0.875, 24, 24, 8, 2},    // 8.5 -> 8, 1.5 -> 2
                      ResizeCase{1, 1, 8, 8, 0.875, 9, 9, 0, 0},           // one pixel, 0.5 -> 0
                      ResizeCase{1, 50, 8, 8, 0.875, 9, 450, 0, 221}));    // one line

TEST(Preprocessor, NeededIsTheCropDividedByItsShare) {
  const auto preprocessor =
      Preprocessor::Create(Spec(ElementType::kFloat32, ImageLayout::kNchw, 224, 299), {});
  ASSERT_TRUE(preprocessor);
  EXPECT_EQ(preprocessor->Needed().height, 256);
  EXPECT_EQ(preprocessor->Needed().width, 342);
}

TEST(Preprocessor, ImagenetPresetUsesMeanAndDeviation) {
  const auto row = Preprocessed<float>(Spec(ElementType::kFloat32, ImageLayout::kNhwc, 2, 2),
                                       With(Preset::kImagenet), Solid(5, 5, {255, 0, 51}));
  EXPECT_NEAR(row[0], (1.0 - 0.485) / 0.229, 1e-5);
  EXPECT_NEAR(row[1], (0.0 - 0.456) / 0.224, 1e-5);
  EXPECT_NEAR(row[2], (0.2 - 0.406) / 0.225, 1e-5);
}

TEST(Preprocessor, InceptionPresetSpansMinusOneToOne) {
  const auto row = Preprocessed<float>(Spec(ElementType::kFloat32, ImageLayout::kNhwc, 2, 2),
                                       With(Preset::kInception), Solid(5, 5, {255, 0, 51}));
  EXPECT_NEAR(row[0], 1.0, 1e-6);
  EXPECT_NEAR(row[1], -1.0, 1e-6);
  EXPECT_NEAR(row[2], 51 / 127.5 - 1, 1e-6);
}

TEST(Preprocessor, NchwIsNhwcWithChannelsInFront) {
  const Picture picture = Noise(40, 30, 3, 12);
  const auto nhwc =
      Preprocessed<float>(Spec(ElementType::kFloat32, ImageLayout::kNhwc, 7, 9), {}, picture);
  const auto nchw =
      Preprocessed<float>(Spec(ElementType::kFloat32, ImageLayout::kNchw, 7, 9), {}, picture);
  for (std::size_t pixel = 0; pixel < 63; ++pixel) {
    for (std::size_t c = 0; c < 3; ++c) ASSERT_EQ(nchw[c * 63 + pixel], nhwc[pixel * 3 + c]);
  }
}

TEST(Preprocessor, HalfIsTheRoundedFloat) {
  const Picture picture = Noise(40, 30, 3, 13);
  for (const ImageLayout layout : {ImageLayout::kNhwc, ImageLayout::kNchw}) {
    const auto floats = Preprocessed<float>(Spec(ElementType::kFloat32, layout, 8, 8), {}, picture);
    const auto halves =
        Preprocessed<std::uint16_t>(Spec(ElementType::kFloat16, layout, 8, 8), {}, picture);
    for (std::size_t i = 0; i < floats.size(); ++i) ASSERT_EQ(halves[i], ToHalf(floats[i]));
  }
}

TEST(Preprocessor, BytesAreRoundedAndNeverNormalised) {
  const Picture picture = Noise(40, 30, 3, 14);
  for (const ImageLayout layout : {ImageLayout::kNhwc, ImageLayout::kNchw}) {
    const auto raw =
        Preprocessed<float>(Spec(ElementType::kFloat32, layout, 8, 8), With(Preset::kRaw), picture);
    const auto bytes = Preprocessed<std::uint8_t>(Spec(ElementType::kUint8, layout, 8, 8),
                                                  With(Preset::kImagenet), picture);
    for (std::size_t i = 0; i < raw.size(); ++i) {
      ASSERT_NEAR(bytes[i], raw[i], 0.501) << i;
    }
  }
}

TEST(Preprocessor, BytesReachBothEnds) {
  const InputSpec spec = Spec(ElementType::kUint8, ImageLayout::kNchw, 8, 8);
  EXPECT_THAT(Preprocessed<std::uint8_t>(spec, {}, Solid(57, 43, {255, 255, 255})), Each(255));
  EXPECT_THAT(Preprocessed<std::uint8_t>(spec, {}, Solid(57, 43, {0, 0, 0})), Each(0));
}

TEST(Preprocessor, OneChannelIsLuma) {
  const auto row = Preprocessed<float>(Spec(ElementType::kFloat32, ImageLayout::kNchw, 2, 2, 1),
                                       With(Preset::kRaw), Solid(5, 5, {200, 100, 50}));
  ASSERT_EQ(row.size(), 4U);
  EXPECT_NEAR(row[3], 0.299 * 200 + 0.587 * 100 + 0.114 * 50, 1e-3);
}

TEST(Preprocessor, OneChannelIsNormalisedWithTheMeanOfTheThree) {
  const auto row = Preprocessed<float>(Spec(ElementType::kFloat32, ImageLayout::kNchw, 2, 2, 1),
                                       With(Preset::kImagenet), Solid(5, 5, {255, 255, 255}));
  EXPECT_NEAR(row[0], (1.0 - 0.449) / 0.226, 1e-4);
}

TEST(Preprocessor, PicturesOfAnySizeFollowOneAnother) {
  const InputSpec spec = Spec(ElementType::kFloat32, ImageLayout::kNhwc, 6, 6);
  auto preprocessor = Preprocessor::Create(spec, {});
  ASSERT_TRUE(preprocessor);
  for (const auto& [width, height] : {std::pair{300, 20}, {3, 200}, {1, 1}, {64, 64}}) {
    const Picture picture = Noise(width, height, 3, 15);
    std::vector<float> row(spec.ElementsPerRow());
    preprocessor->Run(View(picture), row.data());
    EXPECT_EQ(row, Preprocessed<float>(spec, {}, picture)) << width << " x " << height;
  }
}

TEST(Preprocessor, WritesItsRowAndNothingElse) {
  for (const int channels : {1, 3}) {
    for (const ImageLayout layout : {ImageLayout::kNhwc, ImageLayout::kNchw}) {
      const InputSpec spec = Spec(ElementType::kUint8, layout, 5, 7, channels);
      auto preprocessor = Preprocessor::Create(spec, {});
      ASSERT_TRUE(preprocessor);
      Bytes guarded(spec.BytesPerRow() + 2, 99);
      preprocessor->Run(View(Solid(20, 20, {7, 7, 7})), guarded.data() + 1);
      EXPECT_EQ(guarded.front(), 99);
      EXPECT_EQ(guarded.back(), 99);
      EXPECT_EQ(std::count(guarded.begin(), guarded.end(), 7),
                static_cast<std::ptrdiff_t>(spec.BytesPerRow()));
    }
  }
}

TEST(Preprocessor, RefusesOtherChannelCounts) {
  const auto refused =
      Preprocessor::Create(Spec(ElementType::kFloat32, ImageLayout::kNchw, 8, 8, 4), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("has 4 channels"));
}

TEST(Preprocessor, RefusesSizesAndOptionsOutOfRange) {
  const auto code = [](const InputSpec& spec, const PreprocessOptions& options) {
    const auto refused = Preprocessor::Create(spec, options);
    return refused ? ErrorCode::kInternal : refused.error().code;
  };
  const InputSpec good = Spec(ElementType::kFloat32, ImageLayout::kNchw, 8, 8);
  EXPECT_EQ(code(Spec(ElementType::kFloat32, ImageLayout::kNchw, 0, 8), {}),
            ErrorCode::kInvalidInput);
  EXPECT_EQ(code(Spec(ElementType::kFloat32, ImageLayout::kNchw, 8, 100'000), {}),
            ErrorCode::kInvalidInput);
  EXPECT_EQ(code(good, With(Preset::kRaw, 0.0)), ErrorCode::kInvalidInput);
  EXPECT_EQ(code(good, With(Preset::kRaw, 1.01)), ErrorCode::kInvalidInput);
  EXPECT_EQ(code(good, With(Preset::kRaw, std::nan(""))), ErrorCode::kInvalidInput);
  EXPECT_EQ(code(good, {Normalisation{{1, 0, 1}, {0, 0, 0}}, 1.0}), ErrorCode::kInvalidInput);
  EXPECT_EQ(code(good, {Normalisation{{1, 1, 1}, {0, NAN, 0}}, 1.0}), ErrorCode::kInvalidInput);
}

TEST(ParsePreset, KnowsTheNamesAndGuessesTypos) {
  EXPECT_EQ(*ParsePreset("imagenet"), Preset::kImagenet);
  EXPECT_EQ(*ParsePreset("inception"), Preset::kInception);
  EXPECT_EQ(*ParsePreset("raw"), Preset::kRaw);
  const auto wrong = ParsePreset("imagnet");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(wrong.error().message, HasSubstr("did you mean imagenet"));
}

TEST(ResizeKernel, BestAndPortableResizeToTheSameBits) {
  const Picture picture = Noise(173, 40, 3, 16);
  std::mt19937 random(17);
  for (int taps = 1; taps < 14; ++taps) {
    std::vector<float> weights(static_cast<std::size_t>(taps));
    for (float& weight : weights) weight = static_cast<float>(random() % 1000) / 997.0F;
    ResizeWeights across;
    across.Compute({340 / taps, 3, 8}, 173.0, {0, 173});
    const auto used = static_cast<std::size_t>(across.SourceEnd() - across.SourceBegin()) * 3;
    const auto run = [&](const ResizeKernel& kernel) {
      std::vector<float> blended(used + 1);
      std::vector<float> out(24);
      kernel.blend_rows(picture.pixels.data(), 519, {0, taps, weights.data()}, used,
                        blended.data());
      kernel.blend_columns({blended.data(), &across, {0.1F, 0.2F, 0.3F}, {1.0F, -2.0F, 3.0F}, 1, 8},
                           out.data());
      return out;
    };
    EXPECT_EQ(run(BestResizeKernel()), run(PortableResizeKernel())) << taps;
  }
}

TEST(ResizeKernel, BestAndPortableConvertToTheSameBits) {
  std::mt19937 random(18);
  std::vector<float> values{0.0F, -0.0F, 254.5F, 255.5F, 1e30F, -1e30F, 65'520.0F, 1e-7F};
  for (int i = 0; i < 1000; ++i) values.push_back(static_cast<float>(random() % 100'000) / 300 - 9);
  const auto halves = [&](const ResizeKernel& kernel) {
    std::vector<std::uint16_t> out(values.size());
    kernel.to_halves(values.data(), values.size(), out.data());
    return out;
  };
  const auto bytes = [&](const ResizeKernel& kernel) {
    Bytes out(values.size());
    kernel.to_bytes(values.data(), values.size(), out.data());
    return out;
  };
  EXPECT_EQ(halves(BestResizeKernel()), halves(PortableResizeKernel()));
  EXPECT_EQ(bytes(BestResizeKernel()), bytes(PortableResizeKernel()));
  EXPECT_EQ(halves(PortableResizeKernel())[6], 0x7C00);
  const Bytes converted = bytes(PortableResizeKernel());
  EXPECT_EQ(Bytes(converted.begin() + 2, converted.begin() + 6), (Bytes{255, 255, 255, 0}));
}

}  // namespace
}  // namespace batchsizer::flow
