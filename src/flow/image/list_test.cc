#include "flow/image/list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

namespace fs = std::filesystem;
using testing::AsOrdinaryUser;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;

// Paths without the folder in front.
std::vector<std::string> Names(const ImageList& images, const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < images.size(); ++i) {
    names.emplace_back(images.Path(i).substr(folder.Path().string().size() + 1));
  }
  return names;
}

std::vector<std::string> Listed(const TemporaryFolder& folder) {
  const auto listing = ListImages(folder.Path());
  if (!listing) return {listing.error().message};
  EXPECT_THAT(listing->unreadable, IsEmpty());
  return Names(listing->images, folder);
}

Error ErrorOf(const std::string& path) {
  const auto listing = ListImages(path);
  EXPECT_FALSE(listing);
  return listing ? Error{} : listing.error();
}

TEST(ListImages, FindsImagesInSubfoldersSortedByPath) {
  const TemporaryFolder folder;
  for (const char* name : {"b.jpg", "a.PNG", "z/one.JpEg", "c/deep/er/x.png", "notes.txt", "jpg",
                           ".jpg", "movie.jpg.mp4"}) {
    folder.Write(name, {1});
  }
  EXPECT_THAT(Listed(folder), ElementsAre("a.PNG", "b.jpg", "c/deep/er/x.png", "z/one.JpEg"));
}

TEST(ListImages, FollowsLinksToFiles) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  fs::create_symlink(elsewhere.Write("real", {1}), folder.Path() / "link.jpg");
  EXPECT_THAT(Listed(folder), ElementsAre("link.jpg"));
}

TEST(ImageList, ReplacesItsFirstImagesHoweverOftenItGoesRound) {
  ImageList images;
  for (const char* name : {"a", "b", "c"}) images.Add(name);
  images.Repeat(1'000'000'000'000);
  images.ReplaceFirst(4, {1, 3});
  ASSERT_EQ(images.size(), 3'000'000'000'000U - 2);
  std::string names;
  for (std::size_t i = 0; i < 6; ++i) names += images.Path(i);
  EXPECT_EQ(names, "babcab");
}

TEST(ListImages, DanglingLinkIsListedSoThatTheRunNamesIt) {
  const TemporaryFolder folder;
  fs::create_symlink("/nowhere/at/all", folder.Path() / "gone.jpg");
  EXPECT_THAT(Listed(folder), ElementsAre("gone.jpg"));
}

TEST(ListImages, FollowsLinksToFoldersButNotInCircles) {
  const TemporaryFolder folder;
  folder.Write("sub/a.jpg", {1});
  fs::create_directory_symlink(folder.Path(), folder.Path() / "sub" / "up");
  fs::create_directory_symlink(folder.Path() / "sub", folder.Path() / "again");
  EXPECT_THAT(Listed(folder), ElementsAre("sub/a.jpg"));
}

TEST(ListImages, FolderReachedOnlyByLinksIsListedOnce) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  elsewhere.Write("a.jpg", {1});
  fs::create_directory_symlink(elsewhere.Path(), folder.Path() / "y");
  fs::create_directory_symlink(elsewhere.Path(), folder.Path() / "x");
  EXPECT_THAT(Listed(folder), ElementsAre("x/a.jpg"));
}

TEST(ListImages, FolderNamedLikeAnImageIsAFolder) {
  const TemporaryFolder folder;
  folder.Write("album.jpg/a.jpg", {1});
  EXPECT_THAT(Listed(folder), ElementsAre("album.jpg/a.jpg"));
}

TEST(ListImages, TrailingSlashAndBlanksInNamesWork) {
  const TemporaryFolder folder;
  folder.Write("two words/a b.jpg", {1});
  const auto listing = ListImages(folder.Path().string() + "/");
  ASSERT_TRUE(listing);
  EXPECT_THAT(Names(listing->images, folder), ElementsAre("two words/a b.jpg"));
}

TEST(ListImages, NoImagesSaysWhichEndingsAreLookedFor) {
  const TemporaryFolder folder;
  folder.Write("a.gif", {1});
  const Error error = ErrorOf(folder.Path());
  EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
  EXPECT_THAT(error.message, HasSubstr(folder.Path().string() + ": no images in it"));
  EXPECT_THAT(error.message, HasSubstr(".jpg, .jpeg, .png"));
}

TEST(ListImages, MissingFolderIsNotFound) {
  const Error error = ErrorOf("/nowhere/at/all");
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr("/nowhere/at/all"));
}

TEST(ListImages, FileInsteadOfAFolderIsInvalid) {
  const TemporaryFolder folder;
  const Error error = ErrorOf(folder.Write("a.jpg", {1}));
  EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
  EXPECT_THAT(error.message, HasSubstr("is a file, a folder of images is needed"));
}

TEST(ListImages, UnreadableFolderIsPermissionDenied) {
  const TemporaryFolder folder;
  folder.Write("locked/a.jpg", {1});
  const fs::path locked = folder.Path() / "locked";
  fs::permissions(locked, fs::perms::none);
  AsOrdinaryUser([&] { EXPECT_EQ(ErrorOf(locked).code, ErrorCode::kPermissionDenied); });
  fs::permissions(locked, fs::perms::owner_all);
}

TEST(ListImages, UnreadableSubfolderIsReportedAndTheRestListed) {
  const TemporaryFolder folder;
  folder.Write("a.jpg", {1});
  folder.Write("locked/b.jpg", {1});
  const fs::path locked = folder.Path() / "locked";
  fs::permissions(locked, fs::perms::none);
  AsOrdinaryUser([&] {
    const auto listing = ListImages(folder.Path());
    ASSERT_TRUE(listing);
    EXPECT_THAT(Names(listing->images, folder), ElementsAre("a.jpg"));
    EXPECT_THAT(listing->unreadable, ElementsAre(HasSubstr(locked.string())));
  });
  fs::permissions(locked, fs::perms::owner_all);
}

TEST(ImageList, GoesRoundAndCanBeCutShort) {
  ImageList images;
  images.Add("b");
  images.Add("a");
  images.Sort();
  images.Repeat(3);
  EXPECT_EQ(images.size(), 6U);
  images.KeepFirst(5);
  images.KeepFirst(100);
  ASSERT_EQ(images.size(), 5U);
  EXPECT_EQ(images.Path(0), "a");
  EXPECT_EQ(images.Path(3), "b");
  EXPECT_EQ(images.Path(4), "a");
  EXPECT_EQ(images.Path(4).data()[1], '\0');
}

}  // namespace
}  // namespace batchsizer::flow
