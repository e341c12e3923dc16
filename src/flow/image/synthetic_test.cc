#include "flow/image/synthetic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "flow/image/decode.h"
#include "flow/image/test_images.h"
#include "flow/source/image_source.h"

namespace batchsizer::flow {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::string ContentOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(SyntheticPhotos, AreOfTheSizesAndWeightOfImagenet) {
  const TemporaryFolder folder;
  constexpr int kCount = 100;
  ASSERT_TRUE(WriteSyntheticPhotos(folder.Path(), kCount, 1));
  const auto photos = OpenImageSource(folder.Path());
  ASSERT_TRUE(photos);
  ImageDecoder decoder{DecodeOptions{}};
  double width = 0;
  double height = 0;
  double bytes = 0;
  int count = 0;
  for (ImageItem photo; (*photos)->Next(photo, {}); ++count) {
    const std::string file = ContentOf(photo.name);
    const auto image = decoder.Decode(
        std::span(reinterpret_cast<const std::uint8_t*>(file.data()), file.size()), {});
    ASSERT_TRUE(image) << image.error().message;
    width += image->width / double{kCount};
    height += image->height / double{kCount};
    bytes += static_cast<double>(file.size()) / kCount;
  }
  EXPECT_EQ(count, kCount);
  EXPECT_NEAR(width, 469, 40);
  EXPECT_NEAR(height, 387, 40);
  EXPECT_NEAR(bytes / 1024, 110, 25);
}

TEST(SyntheticPhotos, AreTheSameForTheSameSeedOnly) {
  EXPECT_EQ(MakeSyntheticPhoto(5, 3).rgb, MakeSyntheticPhoto(5, 3).rgb);
  EXPECT_NE(MakeSyntheticPhoto(5, 3).rgb, MakeSyntheticPhoto(5, 4).rgb);
  EXPECT_NE(MakeSyntheticPhoto(5, 3).rgb, MakeSyntheticPhoto(6, 3).rgb);
}

TEST(SyntheticPhotos, LeaveExistingFilesAlone) {
  const TemporaryFolder folder;
  const std::string mine = folder.Write("photo-00001.jpg", {'m', 'i', 'n', 'e'});
  ASSERT_TRUE(WriteSyntheticPhotos(folder.Path(), 3, 1));
  EXPECT_EQ(ContentOf(mine), "mine");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.Path()), fs::directory_iterator()), 3);
}

TEST(SyntheticPhotos, MakeTheFolder) {
  const TemporaryFolder folder;
  EXPECT_TRUE(WriteSyntheticPhotos(folder.Path() / "new" / "deep", 1, 1));
  EXPECT_TRUE(fs::exists(folder.Path() / "new" / "deep" / "photo-00000.jpg"));
}

TEST(SyntheticPhotos, SayWhereTheyCannotBeWritten) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("file", {1});
  const auto refused = WriteSyntheticPhotos(file + "/photos", 1, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(refused.error().message, HasSubstr(file + "/photos"));
  EXPECT_EQ(WriteSyntheticPhotos(folder.Path(), -1, 1).error().code, ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace batchsizer::flow
