#include "flow/image/image_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

constexpr auto kImageNet = ImageSetKind::kImageNet;
constexpr auto kCaltech = ImageSetKind::kCaltech256;

std::int64_t CountOf(const std::vector<ImageFacts>& images, int width, int height) {
  return std::count_if(images.begin(), images.end(), [&](const ImageFacts& image) {
    return image.width == width && image.height == height;
  });
}

TEST(ImageSet, OfImagenetHasThePublishedMeans) {
  const auto images = DrawImageSet(kImageNet, 10'000, 1);
  const ImageSetMeans means = MeansOf(images);
  EXPECT_NEAR(means.width, 469, 469 * 0.02);
  EXPECT_NEAR(means.height, 387, 387 * 0.02);
  EXPECT_NEAR(means.file_bytes / 1024, 112.7, 112.7 * 0.03);
  EXPECT_GT(CountOf(images, 500, 375), 3000);
  EXPECT_GT(CountOf(images, 375, 500), 700);
}

TEST(ImageSet, OfCaltech256HasThePublishedMeansAndTail) {
  const auto images = DrawImageSet(kCaltech, 10'000, 1);
  const ImageSetMeans means = MeansOf(images);
  EXPECT_NEAR(means.width, 371.3, 371.3 * 0.02);
  EXPECT_NEAR(means.height, 325.9, 325.9 * 0.02);
  EXPECT_NEAR(means.file_bytes / 1024, 36.99, 36.99 * 0.03);
  const auto large = std::count_if(images.begin(), images.end(),
                                   [](const auto& image) { return image.file_bytes > 1 << 20; });
  EXPECT_GE(large, 1);  // published: 37 of 30,607
  EXPECT_LE(large, 24);
}

TEST(ImageSet, StaysWithinThePublishedSizes) {
  for (const ImageFacts& image : DrawImageSet(kCaltech, 10'000, 2)) {
    EXPECT_GE(std::min(image.width, image.height), 75);
    EXPECT_LE(std::max(image.width, image.height), 4000);
    EXPECT_GT(image.file_bytes, 623);
  }
  for (const ImageFacts& image : DrawImageSet(kImageNet, 10'000, 2)) {
    EXPECT_GE(std::min(image.width, image.height), 30);
    EXPECT_LE(std::max(image.width, image.height), 4288);
  }
}

TEST(ImageSet, IsTheSameForTheSameSeedOnly) {
  EXPECT_EQ(DrawImageSet(kImageNet, 100, 7), DrawImageSet(kImageNet, 100, 7));
  EXPECT_NE(DrawImageSet(kImageNet, 100, 7), DrawImageSet(kImageNet, 100, 8));
  EXPECT_NE(DrawImageSet(kImageNet, 100, 7), DrawImageSet(kCaltech, 100, 7));
}

// Written down once: another machine, compiler or library must give these.
TEST(ImageSet, IsTheSameEverywhere) {
  EXPECT_THAT(DrawImageSet(kImageNet, 3, 1),
              ElementsAre(ImageFacts{500, 375, 124'652}, ImageFacts{270, 169, 12'352},
                          ImageFacts{451, 500, 68'131}));
  EXPECT_THAT(DrawImageSet(kCaltech, 3, 1),
              ElementsAre(ImageFacts{150, 150, 6412}, ImageFacts{238, 142, 3513},
                          ImageFacts{417, 418, 17'116}));
}

TEST(ImageSet, BeginsAlikeHoweverManyAreDrawn) {
  const auto few = DrawImageSet(kCaltech, 10, 3);
  const auto many = DrawImageSet(kCaltech, 1000, 3);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

TEST(ImageSet, OfNoneIsEmpty) {
  EXPECT_TRUE(DrawImageSet(kImageNet, 0, 1).empty());
  EXPECT_TRUE(DrawImageSet(kImageNet, -1, 1).empty());
  EXPECT_EQ(MeansOf({}).width, 0);
}

TEST(ImageSet, HasNamesThatCanBeRead) {
  EXPECT_EQ(*ParseImageSetKind("imagenet"), kImageNet);
  EXPECT_EQ(*ParseImageSetKind(ToString(kCaltech)), kCaltech);
  const auto unknown = ParseImageSetKind("cifar");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(unknown.error().message, HasSubstr("imagenet and caltech256"));
}

TEST(ReadImageSet, TellsSizesAndBytesOfEveryFormat) {
  const TemporaryFolder folder;
  const Bytes jpeg = EncodeJpeg(testing::Noise(64, 48, 3, 1));
  const Bytes png = EncodePng(testing::Noise(20, 30, 3, 1));
  const Bytes webp = EncodeWebp(testing::Noise(16, 18, 3, 1), true);
  folder.Write("a/1.jpg", jpeg);
  folder.Write("b/2.png", png);
  folder.Write("b/3.webp", webp);
  const auto size = [](const Bytes& bytes) { return static_cast<std::int64_t>(bytes.size()); };
  const auto found = ReadImageSet(folder.Path());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(found->images,
              ElementsAre(ImageFacts{64, 48, size(jpeg)}, ImageFacts{20, 30, size(png)},
                          ImageFacts{16, 18, size(webp)}));
  EXPECT_EQ(found->broken, 0);
  EXPECT_TRUE(found->problems.empty());
}

TEST(ReadImageSet, FindsTheSizeBehindALongHeader) {
  const TemporaryFolder folder;
  Bytes jpeg = EncodeJpeg(testing::Noise(64, 48, 3, 1));
  // Two comments of the largest size after the two bytes that a JPEG begins with.
  for (int i = 0; i < 2; ++i) {
    Bytes comment(2 + 0xFFFF, ' ');
    comment[0] = 0xFF;
    comment[1] = 0xFE;
    comment[2] = comment[3] = 0xFF;
    jpeg.insert(jpeg.begin() + 2, comment.begin(), comment.end());
  }
  folder.Write("long.jpg", jpeg);
  const auto found = ReadImageSet(folder.Path());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(found->images,
              ElementsAre(ImageFacts{64, 48, static_cast<std::int64_t>(jpeg.size())}));
}

TEST(ReadImageSet, CountsAndNamesBrokenImages) {
  const TemporaryFolder folder;
  folder.Write("good.jpg", EncodeJpeg(testing::Noise(64, 48, 3, 1)));
  for (int i = 0; i < 12; ++i) folder.Write("broken" + std::to_string(i) + ".jpg", {'n', 'o'});
  Bytes cut = EncodePng(testing::Noise(20, 30, 3, 1));
  cut.resize(20);
  folder.Write("cut.png", cut);
  const auto found = ReadImageSet(folder.Path());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->images.size(), 1);
  EXPECT_EQ(found->broken, 13);
  ASSERT_EQ(found->problems.size(), 10);
  EXPECT_THAT(found->problems[0], HasSubstr("broken0.jpg: neither a JPEG"));
}

TEST(ReadImageSet, RefusesWhatHoldsNoImages) {
  const TemporaryFolder folder;
  const auto empty = ReadImageSet(folder.Path());
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(empty.error().message, HasSubstr(folder.Path().string()));
  folder.Write("broken.jpg", {'n', 'o'});
  EXPECT_THAT(ReadImageSet(folder.Path()).error().message, HasSubstr("broken.jpg: neither"));
  EXPECT_EQ(ReadImageSet(folder.Path() / "none").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace batchsizer::flow
