#include "flow/source/archive_source.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

struct Entry {
  std::string name;
  Bytes content;
};

// format: archive_write_set_format_by_name's; filter: as for add_filter_by_name, or "".
void WriteArchive(const std::string& path, const char* format, const char* filter,
                  const std::vector<Entry>& entries, const char* passphrase = nullptr) {
  archive* out = archive_write_new();
  ASSERT_EQ(archive_write_set_format_by_name(out, format), ARCHIVE_OK);
  if (*filter != '\0') {
    ASSERT_EQ(archive_write_add_filter_by_name(out, filter), ARCHIVE_OK);
  }
  if (passphrase != nullptr) {
    ASSERT_EQ(archive_write_set_options(out, "zip:encryption=aes256"), ARCHIVE_OK);
    archive_write_set_passphrase(out, passphrase);
  }
  ASSERT_EQ(archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
  for (const Entry& entry : entries) {
    archive_entry* header = archive_entry_new();
    archive_entry_set_pathname(header, entry.name.c_str());
    archive_entry_set_size(header, static_cast<la_int64_t>(entry.content.size()));
    archive_entry_set_filetype(header, entry.name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(header, 0644);
    ASSERT_EQ(archive_write_header(out, header), ARCHIVE_OK);
    archive_write_data(out, entry.content.data(), entry.content.size());
    archive_entry_free(header);
  }
  ASSERT_EQ(archive_write_close(out), ARCHIVE_OK);
  archive_write_free(out);
}

// What an archive of this kind gives.
struct Found {
  std::vector<std::string> names = {};  // without the archive's path; "?" in front: failed
  std::vector<Bytes> contents = {};
  std::vector<std::string> problems = {};
};

Found ReadArchive(ImageSource& source, const std::string& path) {
  Found found;
  ImageItem item;
  while (source.Next(item, {})) {
    EXPECT_TRUE(item.name.starts_with(path + "/")) << item.name;
    const std::string name = item.name.substr(path.size() + 1);
    found.names.push_back(item.error ? "?" + name : name);
    found.contents.push_back(item.content.value_or(Bytes{}));
  }
  for (const auto& problem : source.TakeProblems()) {
    EXPECT_TRUE(problem.images_missing);
    found.problems.push_back(problem.text);
  }
  return found;
}

Found ReadArchive(const std::string& path) {
  const auto source = OpenImageSource(path);
  if (!source) return {.problems = {source.error().message}};
  return ReadArchive(**source, path);
}

const std::vector<Entry> kEntries{{"photos/", {}},
                                  {"photos/b.jpg", Bytes(100'000, 7)},
                                  {"photos/notes.txt", {'x'}},
                                  {"a.PNG", {1, 2, 3}},
                                  {"empty.webp", {}}};

class ArchiveSourceOf : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(ArchiveSourceOf, GivesItsImagesInItsOrder) {
  const TemporaryFolder folder;
  const std::string path = folder.Path() / "archive.dat";
  WriteArchive(path, GetParam().first, GetParam().second, kEntries);
  const auto source = OpenImageSource(path);
  ASSERT_TRUE(source) << source.error().message;
  for (int round = 0; round < 2; ++round) {
    const Found found = ReadArchive(**source, path);
    EXPECT_THAT(found.names, ElementsAre("photos/b.jpg", "a.PNG", "empty.webp"));
    EXPECT_THAT(found.contents, ElementsAre(Bytes(100'000, 7), Bytes{1, 2, 3}, Bytes{}));
    EXPECT_THAT(found.problems, ElementsAre());
    ASSERT_TRUE((*source)->Rewind());
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, ArchiveSourceOf,
                         ::testing::Values(std::pair{"zip", ""}, std::pair{"ustar", ""},
                                           std::pair{"gnutar", ""}, std::pair{"pax", ""},
                                           std::pair{"ustar", "gzip"}, std::pair{"ustar", "bzip2"},
                                           std::pair{"ustar", "xz"}, std::pair{"pax", "zstd"}));

TEST(ArchiveSource, ATarThatIsCutOffIsToldAndWhatComesBeforeIsRun) {
  const TemporaryFolder folder;
  const std::string path = folder.Path() / "cut.tar";
  WriteArchive(path, "ustar", "",
               {{"a.jpg", Bytes(5000, 1)}, {"b.jpg", Bytes(5000, 2)}, {"c.jpg", Bytes(5000, 3)}});
  std::filesystem::resize_file(path, 8192);
  const Found found = ReadArchive(path);
  EXPECT_THAT(found.names, ElementsAre("a.jpg", "?b.jpg"));
  EXPECT_THAT(found.problems, ElementsAre(HasSubstr(path + ": the archive ends early")));
}

TEST(ArchiveSource, ALinkIsAnImageThatFails) {
  const TemporaryFolder folder;
  const std::string path = folder.Path() / "links.tar";
  archive* out = archive_write_new();
  ASSERT_EQ(archive_write_set_format_by_name(out, "ustar"), ARCHIVE_OK);
  ASSERT_EQ(archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, "soft.jpg");
  archive_entry_set_filetype(entry, AE_IFLNK);
  archive_entry_set_symlink(entry, "a.jpg");
  ASSERT_EQ(archive_write_header(out, entry), ARCHIVE_OK);
  archive_entry_clear(entry);
  archive_entry_set_pathname(entry, "hard.jpg");
  archive_entry_set_hardlink(entry, "a.jpg");
  ASSERT_EQ(archive_write_header(out, entry), ARCHIVE_OK);
  archive_entry_free(entry);
  ASSERT_EQ(archive_write_close(out), ARCHIVE_OK);
  archive_write_free(out);
  EXPECT_THAT(ReadArchive(path).names, ElementsAre("?soft.jpg", "?hard.jpg"));
}

TEST(ArchiveSource, AnEncryptedEntryIsAnImageThatFails) {
  const TemporaryFolder folder;
  const std::string path = folder.Path() / "locked.zip";
  WriteArchive(path, "zip", "", {{"a.jpg", Bytes(500, 1)}, {"b.jpg", Bytes(500, 2)}}, "secret");
  EXPECT_THAT(ReadArchive(path).names, ElementsAre("?a.jpg", "?b.jpg"));
}

TEST(ArchiveSource, AFileThatOnlyBeginsLikeAnArchiveIsRefusedOrCutOff) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("not.zip", {'P', 'K', 3, 4, 'h', 'e', 'l', 'l', 'o'});
  const Found found = ReadArchive(path);
  EXPECT_THAT(found.names, ElementsAre());
  ASSERT_EQ(found.problems.size(), 1U);
  EXPECT_THAT(found.problems.front(), HasSubstr(path));
}

TEST(ArchiveSource, SaysThatThereAreNoImagesInIt) {
  const TemporaryFolder folder;
  const std::string path = folder.Path() / "texts.zip";
  WriteArchive(path, "zip", "", {{"a.txt", {'x'}}});
  const auto source = OpenImageSource(path);
  ASSERT_TRUE(source);
  EXPECT_THAT((*source)->NothingFound(), HasSubstr("no images in the archive"));
}

}  // namespace
}  // namespace batchsizer::flow
