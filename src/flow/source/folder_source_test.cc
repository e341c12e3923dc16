#include "flow/source/folder_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

namespace fs = std::filesystem;
using testing::AsOrdinaryUser;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TemporaryFolder;

struct Listing {
  std::vector<std::string> names;  // as the source gives them
  std::vector<std::string> problems;
};

Listing ListAll(ImageSource& source) {
  Listing listing;
  ImageItem item;
  while (source.Next(item, {})) listing.names.push_back(item.name);
  for (const auto& problem : source.TakeProblems()) listing.problems.push_back(problem.text);
  return listing;
}

// Paths without the folder in front.
std::vector<std::string> Without(const TemporaryFolder& folder, std::vector<std::string> names) {
  for (auto& name : names) name.erase(0, folder.Path().string().size() + 1);
  return names;
}

std::vector<std::string> Listed(const TemporaryFolder& folder) {
  const auto source = OpenImageSource(folder.Path());
  if (!source) return {source.error().message};
  Listing listing = ListAll(**source);
  EXPECT_THAT(listing.problems, IsEmpty());
  return Without(folder, std::move(listing.names));
}

Error ErrorOf(const std::string& path) {
  const auto source = OpenImageSource(path);
  EXPECT_FALSE(source);
  return source ? Error{} : source.error();
}

TEST(FolderSource, FindsImagesInSubfoldersSortedByPath) {
  const TemporaryFolder folder;
  for (const char* name : {"b.jpg", "a.PNG", "z/one.JpEg", "c/deep/er/x.png", "notes.txt", "jpg",
                           ".jpg", "movie.jpg.mp4"}) {
    folder.Write(name, {1});
  }
  EXPECT_THAT(Listed(folder), ElementsAre("a.PNG", "b.jpg", "c/deep/er/x.png", "z/one.JpEg"));
}

TEST(FolderSource, FollowsLinksToFiles) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  fs::create_symlink(elsewhere.Write("real", {1}), folder.Path() / "link.jpg");
  EXPECT_THAT(Listed(folder), ElementsAre("link.jpg"));
}

TEST(FolderSource, DanglingLinkIsListedSoThatTheRunNamesIt) {
  const TemporaryFolder folder;
  fs::create_symlink("/nowhere/at/all", folder.Path() / "gone.jpg");
  EXPECT_THAT(Listed(folder), ElementsAre("gone.jpg"));
}

TEST(FolderSource, FollowsLinksToFoldersButNotInCircles) {
  const TemporaryFolder folder;
  folder.Write("sub/a.jpg", {1});
  fs::create_directory_symlink(folder.Path(), folder.Path() / "sub" / "up");
  fs::create_directory_symlink(folder.Path() / "sub", folder.Path() / "again");
  EXPECT_THAT(Listed(folder), ElementsAre("sub/a.jpg"));
}

TEST(FolderSource, FolderReachedOnlyByLinksIsListedOnce) {
  const TemporaryFolder folder;
  const TemporaryFolder elsewhere;
  elsewhere.Write("a.jpg", {1});
  fs::create_directory_symlink(elsewhere.Path(), folder.Path() / "y");
  fs::create_directory_symlink(elsewhere.Path(), folder.Path() / "x");
  EXPECT_THAT(Listed(folder), ElementsAre("x/a.jpg"));
}

TEST(FolderSource, FolderNamedLikeAnImageIsAFolder) {
  const TemporaryFolder folder;
  folder.Write("album.jpg/a.jpg", {1});
  EXPECT_THAT(Listed(folder), ElementsAre("album.jpg/a.jpg"));
}

TEST(FolderSource, TrailingSlashAndBlanksInNamesWork) {
  const TemporaryFolder folder;
  folder.Write("two words/a b.jpg", {1});
  const auto source = OpenImageSource(folder.Path().string() + "/");
  ASSERT_TRUE(source);
  EXPECT_THAT(Without(folder, ListAll(**source).names), ElementsAre("two words/a b.jpg"));
}

TEST(FolderSource, MissingFolderIsNotFound) {
  const Error error = ErrorOf("/nowhere/at/all");
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr("/nowhere/at/all"));
}

TEST(FolderSource, UnreadableFolderIsPermissionDenied) {
  const TemporaryFolder folder;
  folder.Write("locked/a.jpg", {1});
  const fs::path locked = folder.Path() / "locked";
  fs::permissions(locked, fs::perms::none);
  AsOrdinaryUser([&] { EXPECT_EQ(ErrorOf(locked).code, ErrorCode::kPermissionDenied); });
  fs::permissions(locked, fs::perms::owner_all);
}

TEST(FolderSource, UnreadableSubfolderIsReportedAndTheRestListed) {
  const TemporaryFolder folder;
  folder.Write("a.jpg", {1});
  folder.Write("locked/b.jpg", {1});
  const fs::path locked = folder.Path() / "locked";
  fs::permissions(locked, fs::perms::none);
  AsOrdinaryUser([&] {
    const auto source = OpenImageSource(folder.Path());
    ASSERT_TRUE(source);
    const Listing listing = ListAll(**source);
    EXPECT_THAT(Without(folder, listing.names), ElementsAre("a.jpg"));
    EXPECT_THAT(listing.problems, ElementsAre(HasSubstr(locked.string())));
  });
  fs::permissions(locked, fs::perms::owner_all);
}

TEST(FolderSource, ASubfolderWaitsForAFileDescriptor) {
  const TemporaryFolder folder;
  folder.Write("deep/a.jpg", {1});
  const auto source = OpenImageSource(folder.Path());
  ASSERT_TRUE(source);
  // Once with enough of them: a sanitizer looks at types with a pipe, the first time.
  EXPECT_THAT(ListAll(**source).names, SizeIs(1));
  ASSERT_TRUE((*source)->Rewind());
  std::vector<int> taken;
  std::atomic<bool> all_taken{false};
  std::thread gives_back([&] {
    while (!all_taken) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    for (const int file : taken) close(file);
  });
  rlimit before{};
  EXPECT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit few{64, before.rlim_max};
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  for (int file = dup(0); file >= 0; file = dup(0)) taken.push_back(file);
  all_taken = true;
  const Listing listing = ListAll(**source);
  gives_back.join();
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(taken.empty());
  EXPECT_THAT(Without(folder, listing.names), ElementsAre("deep/a.jpg"));
  EXPECT_THAT(listing.problems, IsEmpty());
}

TEST(FolderSource, ListsEveryPathInTheOrderOfItsBytes) {
  const TemporaryFolder folder;
  std::mt19937 random(7);
  std::vector<std::string> names;
  const std::string letters = "ab-./0Z";
  for (int i = 0; i < 300; ++i) {
    std::string name = "d";
    for (int j = 0; j < 12; ++j) name += letters[random() % letters.size()];
    names.push_back(name + "x.jpg");
    folder.Write(names.back(), {1});
  }
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder.Path())) {
    if (entry.is_regular_file()) found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  EXPECT_EQ(Listed(folder), Without(folder, found));
}

TEST(FolderSource, BeginsAnewAndSaysWhatItLookedFor) {
  const TemporaryFolder folder;
  folder.Write("a.jpg", {1});
  const auto source = OpenImageSource(folder.Path());
  ASSERT_TRUE(source);
  EXPECT_EQ(ListAll(**source).names.size(), 1U);
  ASSERT_TRUE((*source)->Rewind());
  EXPECT_EQ(ListAll(**source).names.size(), 1U);
  EXPECT_THAT((*source)->NothingFound(), HasSubstr(folder.Path().string() + ": no images in it"));
  EXPECT_THAT((*source)->NothingFound(), HasSubstr(".jpg, .jpeg, .png, .webp"));
}

TEST(FolderSource, EndsSoonWhenAskedToStop) {
  const TemporaryFolder folder;
  folder.Write("a.jpg", {1});
  const auto source = OpenImageSource(folder.Path());
  ASSERT_TRUE(source);
  std::stop_source stop;
  stop.request_stop();
  ImageItem item;
  EXPECT_FALSE((*source)->Next(item, stop.get_token()));
}

}  // namespace
}  // namespace batchsizer::flow
