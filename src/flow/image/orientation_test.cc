#include "flow/image/orientation.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "flow/image/half.h"
#include "flow/image/preprocess.h"
#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;
using testing::Noise;
using testing::Picture;

Bytes FromText(std::string_view text) { return {text.begin(), text.end()}; }

// One directory with one entry: orientation 6, a SHORT.
const Bytes kLittle = FromText(
    std::string_view("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", 26));
const Bytes kBig = FromText(
    std::string_view("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", 26));

TEST(OrientationOf, ReadsBothByteOrders) {
  EXPECT_EQ(OrientationOf(kLittle).value, 6);
  EXPECT_EQ(OrientationOf(kBig).value, 6);
}

TEST(OrientationOf, PassesOverThePrefixOfJpeg) {
  Bytes with_prefix = FromText(std::string_view("Exif\0\0", 6));
  with_prefix.insert(with_prefix.end(), kBig.begin(), kBig.end());
  EXPECT_EQ(OrientationOf(with_prefix).value, 6);
}

TEST(OrientationOf, IsAsStoredWhereTheDataAreWrong) {
  EXPECT_EQ(OrientationOf({}).value, 1);
  for (std::size_t size = 0; size < 22; ++size) {
    EXPECT_EQ(OrientationOf(std::span(kLittle).first(size)).value, 1) << size;
  }
  const auto with = [](std::size_t at, std::uint8_t value) {
    Bytes changed = kLittle;
    changed[at] = value;
    return OrientationOf(changed).value;
  };
  EXPECT_EQ(with(0, 'X'), 1);    // no byte order
  EXPECT_EQ(with(7, 0xFF), 1);   // the directory lies far behind the end
  EXPECT_EQ(with(4, 25), 1);     // and at the very end
  EXPECT_EQ(with(10, 0x13), 1);  // another tag
  EXPECT_EQ(with(12, 2), 1);     // a text
  EXPECT_EQ(with(18, 0), 1);
  EXPECT_EQ(with(18, 9), 1);
}

TEST(OrientationOf, EveryDamageGivesSomeOrientation) {
  for (std::size_t at = 0; at < kBig.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      Bytes damaged = kBig;
      damaged[at] = static_cast<std::uint8_t>(value);
      const int orientation = OrientationOf(damaged).value;
      ASSERT_TRUE(orientation >= 1 && orientation <= 8) << at;
    }
  }
}

// By EXIF's definition: where in the stored picture the first row and the first
// column that are shown lie.
Picture AsShown(const Picture& stored, int orientation) {
  const bool swaps = orientation >= 5;
  Picture shown{swaps ? stored.height : stored.width, swaps ? stored.width : stored.height, 3, {}};
  const int right = stored.width - 1;
  const int bottom = stored.height - 1;
  for (int y = 0; y < shown.height; ++y) {
    for (int x = 0; x < shown.width; ++x) {
      const std::vector<std::pair<int, int>> sources{
          {x, y}, {right - x, y},  {right - x, bottom - y}, {x, bottom - y},
          {y, x}, {y, bottom - x}, {right - y, bottom - x}, {right - y, x}};
      const auto [u, v] = sources[static_cast<std::size_t>(orientation - 1)];
      const auto at = static_cast<std::ptrdiff_t>(v * stored.width + u) * 3;
      shown.pixels.insert(shown.pixels.end(), stored.pixels.begin() + at,
                          stored.pixels.begin() + at + 3);
    }
  }
  return shown;
}

struct TurnCase {
  ElementType type;
  ImageLayout layout;
  int channels;
};

class TurnedPicture : public ::testing::TestWithParam<TurnCase> {
 protected:
  std::vector<double> Row(const Picture& picture, int orientation) {
    RgbImage image{picture.pixels.data(), picture.width, picture.height};
    image.orientation = {orientation};
    std::vector<float> row(input_.ElementsPerRow());
    preprocessor_.Run(image, row.data());
    if (input_.type == ElementType::kFloat32) return {row.begin(), row.end()};
    if (input_.type == ElementType::kUint8) {
      const auto* const bytes = reinterpret_cast<const std::uint8_t*>(row.data());
      return {bytes, bytes + row.size()};
    }
    const auto* const halves = reinterpret_cast<const std::uint16_t*>(row.data());
    return {halves, halves + row.size()};
  }

  // Neither a square nor of equal margins: 17.5 -> 18 above, 11.5 -> 12 at the left.
  InputSpec input_{"input", GetParam().type, GetParam().layout, GetParam().channels, 11, 8};
  Preprocessor preprocessor_ =
      *Preprocessor::Create(input_, {NormalisationOf(Preset::kRaw), 0.875});
};

TEST_P(TurnedPicture, IsTheSameAsThePictureAsShown) {
  for (const auto& [width, height] : {std::pair{40, 31}, {31, 40}, {5, 9}, {1, 1}, {70, 12}}) {
    const Picture stored = Noise(width, height, 3, 31);
    for (int orientation = 1; orientation <= 8; ++orientation) {
      const auto turned = Row(stored, orientation);
      const auto shown = Row(AsShown(stored, orientation), 1);
      // Directions are resized in another order, so sums are rounded otherwise.
      const double tolerance = input_.type == ElementType::kFloat32 ? 0.001 : 1.0;
      for (std::size_t i = 0; i < shown.size(); ++i) {
        ASSERT_NEAR(turned[i], shown[i], tolerance)
            << width << " x " << height << ", orientation " << orientation << ", at " << i;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Tensors, TurnedPicture,
                         ::testing::Values(TurnCase{ElementType::kFloat32, ImageLayout::kNchw, 3},
                                           TurnCase{ElementType::kFloat32, ImageLayout::kNhwc, 3},
                                           TurnCase{ElementType::kFloat32, ImageLayout::kNchw, 1},
                                           TurnCase{ElementType::kFloat16, ImageLayout::kNchw, 3},
                                           TurnCase{ElementType::kUint8, ImageLayout::kNhwc, 3},
                                           TurnCase{ElementType::kUint8, ImageLayout::kNhwc, 1}));

}  // namespace
}  // namespace batchsizer::flow
