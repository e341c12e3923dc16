#include "base/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace batchsizer::base
