#include "flow/image/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;
using ::testing::Each;
using testing::EncodeJpeg;
using testing::EncodePng;
using ::testing::HasSubstr;
using testing::Solid;
using testing::TemporaryFolder;

const InputSpec kBytes4x4{"input", ElementType::kUint8, ImageLayout::kNhwc, 3, 4, 4};

// What Load says: "" when it worked.
std::string LoadError(ImageLoader& loader, const std::string& path) {
  Bytes row(48);
  const Status loaded = loader.Load({.name = path}, row.data());
  return loaded ? "" : loaded.error().message;
}

TEST(ImageLoader, FillsARowFromAFile) {
  const TemporaryFolder folder;
  auto loader = ImageLoader::Create(kBytes4x4, {}, {});
  ASSERT_TRUE(loader);
  Bytes row(48);
  ASSERT_TRUE(loader->Load({.name = folder.Write("a.png", EncodePng(Solid(9, 5, {77, 77, 77})))},
                           row.data()));
  EXPECT_THAT(row, Each(77));
}

TEST(ImageLoader, TellsTheFormatFromTheContentNotTheName) {
  const TemporaryFolder folder;
  auto loader = ImageLoader::Create(kBytes4x4, {}, {});
  ASSERT_TRUE(loader);
  const auto file = folder.Write("really-a-jpeg.png", EncodeJpeg(Solid(8, 8, {1, 2, 3})));
  EXPECT_EQ(LoadError(*loader, file), "");
}

TEST(ImageLoader, SaysWhatIsWrongWithAFileAndGoesOn) {
  const TemporaryFolder folder;
  auto loader = ImageLoader::Create(kBytes4x4, {}, DecodeOptions{.max_pixels = 1000});
  ASSERT_TRUE(loader);
  const auto big = folder.Write("big.png", EncodePng(Solid(100, 100, {1, 2, 3})));
  const auto pipe = (folder.Path() / "pipe.jpg").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(LoadError(*loader, folder.Write("empty.jpg", {})), "the file is empty");
  EXPECT_THAT(LoadError(*loader, folder.Write("text.jpg", {'h', 'i'})),
              HasSubstr("neither a JPEG"));
  EXPECT_THAT(LoadError(*loader, big), HasSubstr("100 x 100 pixels are more than the limit"));
  EXPECT_THAT(LoadError(*loader, "/nowhere/a.jpg"), HasSubstr("cannot be opened: No such file"));
  EXPECT_EQ(LoadError(*loader, folder.Path()), "not a regular file");
  EXPECT_EQ(LoadError(*loader, pipe), "not a regular file");
  EXPECT_EQ(LoadError(*loader, folder.Write("one.png", EncodePng(Solid(1, 1, {1, 2, 3})))), "");
}

TEST(ImageLoader, UnreadableFileIsAFailureOfItsOwn) {
  const TemporaryFolder folder;
  auto loader = ImageLoader::Create(kBytes4x4, {}, {});
  ASSERT_TRUE(loader);
  const auto file = folder.Write("locked.png", EncodePng(Solid(4, 4, {1, 2, 3})));
  std::filesystem::permissions(file, std::filesystem::perms::none);
  testing::AsOrdinaryUser(
      [&] { EXPECT_EQ(LoadError(*loader, file), "cannot be opened: Permission denied"); });
}

}  // namespace
}  // namespace batchsizer::flow
