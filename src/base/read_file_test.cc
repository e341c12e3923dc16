#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/text.h"

namespace batchsizer::base {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ReadFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) / "read_file_test" / test->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Pipe() const {
    std::string path = (folder_ / "pipe").string();
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    return path;
  }
  std::string File(std::string_view content) const {
    std::string path = (folder_ / "file").string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(ReadFileTest, GivesEveryByte) {
  std::string bytes(300'000, 'x');
  bytes[70'000] = '\0';
  const std::string path = File(bytes);
  EXPECT_EQ(ReadFile(path), bytes);
  EXPECT_EQ(ReadRegularFile(path), bytes);
  EXPECT_EQ(ReadFile(File("")), "");
}

// Their size is said to be 0.
TEST_F(ReadFileTest, ReadsTheFilesOfProc) {
  EXPECT_THAT(ReadFile("/proc/self/status").value_or(""), HasSubstr("VmPeak"));
  EXPECT_THAT(ReadRegularFile("/proc/self/status").value_or(""), HasSubstr("VmPeak"));
}

TEST_F(ReadFileTest, SaysWhatIsWrong) {
  const auto missing = ReadFile("/no/such/file");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  for (const auto& folder : {ReadFile("/"), ReadRegularFile("/")}) {
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(folder.error().message, HasSubstr("a folder"));
  }
}

TEST_F(ReadFileTest, WaitsForWhatComesThroughAPipe) {
  const std::string path = Pipe();
  const std::string bytes(200'000, 'y');
  std::thread writer([&] { std::ofstream(path, std::ios::binary) << bytes; });
  EXPECT_EQ(ReadFile(path), bytes);
  writer.join();
}

TEST_F(ReadFileTest, WhatNeverEndsIsCutOffAtTheLimit) {
  const auto endless = ReadFile("/dev/zero", std::size_t{3} << 20U);
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(endless.error().message, AllOf(HasSubstr("/dev/zero"), HasSubstr("3 MiB")));
}

TEST_F(ReadFileTest, ARegularFileIsNeverWaitedFor) {
  const auto pipe = ReadRegularFile(Pipe());  // nobody writes to it
  ASSERT_FALSE(pipe);
  EXPECT_EQ(pipe.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(pipe.error().message, HasSubstr("a named pipe"));
  EXPECT_THAT(ReadRegularFile("/dev/zero").error().message, HasSubstr("a device"));
}

TEST_F(ReadFileTest, AFileBeyondTheLimitIsRefusedBeforeItIsRead) {
  const std::string path = File("");
  std::filesystem::resize_file(path, std::uintmax_t{1} << 40U);  // sparse: takes no room
  const auto large = ReadFile(path);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(large.error().message, HasSubstr("2048 MiB"));
}

TEST_F(ReadFileTest, NamesWhatIsNoRegularFile) {
  EXPECT_EQ(IrregularKind(File("")), std::nullopt);
  EXPECT_EQ(IrregularKind("/no/such/file"), std::nullopt);
  EXPECT_EQ(IrregularKind("/"), "a folder");
  EXPECT_EQ(IrregularKind(Pipe()), "a named pipe");
  EXPECT_EQ(IrregularKind("/dev/zero"), "a device");
}

}  // namespace
}  // namespace batchsizer::base
