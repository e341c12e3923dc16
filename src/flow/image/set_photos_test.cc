#include "flow/image/set_photos.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <span>
#include <string>

#include "flow/image/decode.h"
#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

constexpr auto kImageNet = ImageSetKind::kImageNet;
constexpr auto kCaltech = ImageSetKind::kCaltech256;

RgbImage Decoded(ImageDecoder& decoder, const std::string& jpeg) {
  const auto image = decoder.Decode(
      std::span(reinterpret_cast<const std::uint8_t*>(jpeg.data()), jpeg.size()), {});
  EXPECT_TRUE(image) << image.error().message;
  return image ? *image : RgbImage{};
}

TEST(SetPhotos, HaveTheSizeExactlyAndNearlyTheBytes) {
  ImageDecoder decoder{DecodeOptions{}};
  for (const auto kind : {kImageNet, kCaltech}) {
    const auto facts = DrawImageSet(kind, 40, 5);
    for (int i = 0; i < 40; ++i) {
      const ImageFacts& wanted = facts[static_cast<std::size_t>(i)];
      const auto jpeg = MakeSetPhoto(kind, wanted, 5, i);
      ASSERT_TRUE(jpeg) << jpeg.error().message;
      const RgbImage image = Decoded(decoder, *jpeg);
      EXPECT_EQ(image.width, wanted.width);
      EXPECT_EQ(image.height, wanted.height);
      const double ratio =
          static_cast<double>(jpeg->size()) / static_cast<double>(wanted.file_bytes);
      EXPECT_LT(std::abs(std::log(ratio)), 0.2) << wanted.width << " x " << wanted.height;
    }
  }
}

TEST(SetPhotos, ComeNearImpossibleBytesWithoutFailing) {
  const auto tiny = MakeSetPhoto(kCaltech, {300, 200, 1}, 1, 0);
  ASSERT_TRUE(tiny);
  const auto huge = MakeSetPhoto(kCaltech, {300, 200, 10'000'000}, 1, 0);
  ASSERT_TRUE(huge);
  EXPECT_LT(tiny->size(), 3000);
  EXPECT_GT(huge->size(), 60'000);
}

TEST(SetPhotos, AreTheSameForTheSameSeedAndIndexOnly) {
  const ImageFacts facts{120, 90, 5000};
  EXPECT_EQ(*MakeSetPhoto(kImageNet, facts, 1, 2), *MakeSetPhoto(kImageNet, facts, 1, 2));
  EXPECT_NE(*MakeSetPhoto(kImageNet, facts, 1, 2), *MakeSetPhoto(kImageNet, facts, 1, 3));
  EXPECT_NE(*MakeSetPhoto(kImageNet, facts, 1, 2), *MakeSetPhoto(kImageNet, facts, 2, 2));
}

TEST(SetPhotos, LeaveExistingFilesAlone) {
  const TemporaryFolder folder;
  const std::string name = SetPhotoName(kImageNet, 1, 42);
  EXPECT_EQ(name, "imagenet-1-00042.jpg");
  folder.Write(name, {'m', 'i', 'n', 'e'});
  EXPECT_TRUE(WriteSetPhoto(folder.Path(), kImageNet, {120, 90, 5000}, 1, 42));
  EXPECT_EQ(fs::file_size(folder.Path() / name), 4);
  EXPECT_TRUE(WriteSetPhoto(folder.Path(), kImageNet, {120, 90, 5000}, 1, 43));
  EXPECT_TRUE(fs::exists(folder.Path() / "imagenet-1-00043.jpg"));
}

TEST(SetPhotos, SayWhereTheyCannotBeWritten) {
  const TemporaryFolder folder;
  const auto refused = WriteSetPhoto(folder.Path() / "none", kImageNet, {120, 90, 5000}, 1, 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_NE(refused.error().message.find("none/imagenet-1-00000.jpg"), std::string::npos);
}

}  // namespace
}  // namespace batchsizer::flow
