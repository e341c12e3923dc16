#include "base/output_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "base/text.h"

namespace batchsizer::base {
namespace {

using ::testing::HasSubstr;

class OutputFileTest : public ::testing::Test {
 protected:
  ~OutputFileTest() override { std::filesystem::remove(path_); }
  void Write(Result<OutputFile> file, const char* text) {
    ASSERT_TRUE(file) << file.error().message;
    std::fputs(text, file->get());
  }
  [[nodiscard]] std::string Content() const { return ReadFile(path_).value(); }

  const std::string path_ =
      ::testing::TempDir() + ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(OutputFileTest, CreatingEmptiesAFile) {
  Write(CreateOutputFile(path_), "one");
  Write(CreateOutputFile(path_), "2");
  EXPECT_EQ(Content(), "2");
}

TEST_F(OutputFileTest, ContinuingKeepsTheFirstBytesOnly) {
  Write(ContinueOutputFile(path_, 0), "one\nto");
  Write(ContinueOutputFile(path_, 4), "two\n");
  EXPECT_EQ(Content(), "one\ntwo\n");
  Write(ContinueOutputFile(path_, 100), "three\n");
  EXPECT_EQ(Content(), "one\ntwo\nthree\n");
}

TEST_F(OutputFileTest, APathThatNamesNoFileToWriteIsBadInput) {
  const auto missing = CreateOutputFile("/no/such/folder/file");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("/no/such/folder/file: cannot be written"));
  EXPECT_EQ(CreateOutputFile(::testing::TempDir()).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(ContinueOutputFile(::testing::TempDir(), 0).error().code, ErrorCode::kInvalidInput);
}

TEST_F(OutputFileTest, AFileThatIsBeingWrittenIsRefusedAndStaysAsItIs) {
  auto first = CreateOutputFile(path_);
  ASSERT_TRUE(first);
  std::fputs("precious", first->get());
  std::fflush(first->get());
  for (const auto& second : {CreateOutputFile(path_).error(), ContinueOutputFile(path_, 1).error(),
                             OpenForAppending(path_, true).error()}) {
    EXPECT_EQ(second.code, ErrorCode::kInvalidInput);
    EXPECT_THAT(second.message, HasSubstr(path_ + ": is being written by another run"));
  }
  EXPECT_EQ(Content(), "precious");
  first->reset();
  EXPECT_TRUE(CreateOutputFile(path_));
}

TEST_F(OutputFileTest, WhatIsNoRegularFileMayBeWrittenByMany) {
  const auto first = CreateOutputFile("/dev/null");
  EXPECT_TRUE(first);
  EXPECT_TRUE(CreateOutputFile("/dev/null"));
}

class ReplaceFileTest : public ::testing::Test {
 protected:
  ReplaceFileTest() { std::filesystem::create_directories(folder_); }
  ~ReplaceFileTest() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] auto Entries() const {
    return std::distance(std::filesystem::directory_iterator(folder_), {});
  }

  const std::string folder_ =
      ::testing::TempDir() + ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(ReplaceFileTest, ReplacesAFileAndLeavesNothingElse) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "a longer old text"));
  ASSERT_TRUE(ReplaceFile(Path("a"), "new"));
  EXPECT_EQ(ReadFile(Path("a")).value(), "new");
  EXPECT_EQ(Entries(), 1);
}

TEST_F(ReplaceFileTest, LeavesAFileAloneWhenItFails) {
  std::filesystem::create_directories(Path("taken/inside"));
  const auto failed = ReplaceFile(Path("taken"), "x");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(Entries(), 1);
}

TEST_F(ReplaceFileTest, KeepsLinksAndReplacesWhatTheyLeadTo) {
  ASSERT_TRUE(ReplaceFile(Path("file"), "old"));
  std::filesystem::create_symlink("file", Path("near"));
  std::filesystem::create_symlink(Path("near"), Path("far"));
  std::filesystem::create_symlink("not-there-yet", Path("dangling"));
  std::filesystem::create_symlink("circle", Path("circle"));
  ASSERT_TRUE(ReplaceFile(Path("far"), "new"));
  ASSERT_TRUE(ReplaceFile(Path("dangling"), "made"));
  EXPECT_FALSE(ReplaceFile(Path("circle"), "x"));
  for (const auto* link : {"near", "far", "dangling", "circle"}) {
    EXPECT_TRUE(std::filesystem::is_symlink(Path(link))) << link;
  }
  EXPECT_EQ(ReadFile(Path("file")).value(), "new");
  EXPECT_EQ(ReadFile(Path("not-there-yet")).value(), "made");
}

TEST_F(ReplaceFileTest, WritesToAPipeAndLeavesItOne) {
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  const int reader = ::open(Path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_TRUE(ReplaceFile(Path("pipe"), "hello"));
  std::array<char, 16> read{};
  EXPECT_EQ(::read(reader, read.data(), read.size()), 5);
  EXPECT_STREQ(read.data(), "hello");
  EXPECT_TRUE(std::filesystem::is_fifo(Path("pipe")));
  ::close(reader);
}

}  // namespace
}  // namespace batchsizer::base
