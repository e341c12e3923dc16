#include "flow/result/result_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/testing/allocation_count.h"
#include "base/text.h"
#include "flow/result/earlier_results.h"
#include "flow/result/record_text.h"
#include "flow/result/result_order.h"

namespace batchsizer::flow {
namespace {

using ::testing::HasSubstr;

class ResultFileTest : public ::testing::Test {
 protected:
  ResultFileTest() { Remove(); }
  ~ResultFileTest() override { Remove(); }
  void Remove() const {
    std::filesystem::remove(options_.path);
    std::filesystem::remove(journal_);
  }
  [[nodiscard]] std::string Content() const { return base::ReadFile(options_.path).value(); }
  static std::string Line(int number) {
    return R"({"image":")" + std::to_string(number) +
           R"(.jpg","top":[],"batch":0})"
           "\n";
  }

  const ResultFileOptions options_{.path = ::testing::TempDir() + "result_file_" +
                                           std::to_string(::getpid())};
  const std::string journal_ = JournalPath(options_.path);
};

// A disk that takes so many bytes a file: what a full one does, without one.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    (void)std::signal(SIGXFSZ, SIG_IGN);
    (void)::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit small{bytes, before_.rlim_max};
    (void)::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() { (void)::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(ResultFileTest, HasTheJournalOfWhatIsDurable) {
  auto file = ResultFile::Create(options_).value();
  ASSERT_TRUE(file.Add(Line(0)));
  ASSERT_TRUE(file.Checkpoint());
  ASSERT_TRUE(file.Add(Line(1)));
  ASSERT_TRUE(file.Flush());
  EXPECT_EQ(Content(), Line(0) + Line(1));
  EXPECT_EQ(ReadJournal(journal_).value()->last.bytes, Line(0).size());
  ASSERT_TRUE(file.Close());
  const auto journal = ReadJournal(journal_).value();
  EXPECT_EQ(journal->last.lines, 2);
  EXPECT_EQ(journal->last.hash, base::HashOf(Content()));
}

TEST_F(ResultFileTest, GoesOnAfterTheWholeLinesOfAnEarlierRun) {
  {
    auto file = ResultFile::Create(options_).value();
    ASSERT_TRUE(file.Add(Line(0)));
    ASSERT_TRUE(file.Checkpoint());
    ASSERT_TRUE(file.Add(Line(1)));
    ASSERT_TRUE(file.Flush());
  }
  std::ofstream(options_.path, std::ios::app) << "{\"ima";
  std::ofstream(journal_, std::ios::app) << "checkpo";
  auto earlier = ReadEarlierResults(options_).value();
  auto file = ResultFile::Continue(options_, earlier).value();
  ASSERT_TRUE(file.Add(Line(2)));
  ASSERT_TRUE(file.Close());
  EXPECT_EQ(Content(), Line(0) + Line(1) + Line(2));
  const auto journal = ReadJournal(journal_).value();
  EXPECT_EQ(journal->last.lines, 3);
  EXPECT_EQ(journal->last.hash, base::HashOf(Content()));
}

TEST_F(ResultFileTest, MakesAJournalForAnEarlierRunThatHasNone) {
  std::ofstream(options_.path) << Line(0);
  auto earlier = ReadEarlierResults(options_).value();
  auto file = ResultFile::Continue(options_, earlier).value();
  ASSERT_TRUE(file.Close());
  EXPECT_EQ(ReadJournal(journal_).value()->last.lines, 1);
}

TEST_F(ResultFileTest, OnAFullDiskWholeLinesStay) {
  const std::size_t line = Line(0).size();
  for (const std::size_t room : {10 * line, 10 * line + 1, 11 * line - 1}) {
    auto file = ResultFile::Create(options_).value();
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(file.Add(Line(i)));
    ASSERT_TRUE(file.Flush());
    {
      const SmallDisk disk(room);
      for (int i = 4; i < 20; ++i) ASSERT_TRUE(file.Add(Line(i % 10)));
      const auto full = file.Flush();
      ASSERT_FALSE(full);
      EXPECT_EQ(full.error().code, ErrorCode::kIo);
      EXPECT_THAT(full.error().message, HasSubstr(options_.path + ": cannot be written"));
      EXPECT_THAT(full.error().message, HasSubstr("10 lines"));
      EXPECT_FALSE(file.Close());
    }
    EXPECT_EQ(Content().size(), 10 * line);
    EXPECT_EQ(ReadEarlierResults(options_).value().whole.lines, 10);
    EXPECT_EQ(ReadJournal(journal_).value()->last.lines, 10);
  }
}

TEST_F(ResultFileTest, TheWayOfARecordAllocatesNothingOnceWarm) {
  for (const ResultFormat format : {ResultFormat::kJsonl, ResultFormat::kCsv}) {
    auto file = ResultFile::Create({.path = options_.path, .format = format}).value();
    RecordText text(format, 5);
    ResultOrder order(false);
    const ResultOrder::Out out = [&file](std::string_view record) { return file.Add(record); };
    const std::vector<float> scores(1000, 0.1F);
    std::size_t image = 0;
    const auto batch = [&] {
      for (int i = 0; i < 32; ++i) {
        ASSERT_TRUE(order.Add(image++, text.OfResult("a,\"b\".jpg", scores, 32, 7000), out));
      }
      ASSERT_TRUE(file.Flush());
    };
    batch();
    const auto before = base::AllocationCount();
    for (int i = 0; i < 50; ++i) batch();
    EXPECT_EQ(base::AllocationCount(), before) << ToString(format);
  }
}

TEST_F(ResultFileTest, WhatIsNoRegularFileIsOnlyWritten) {
  auto null = ResultFile::Create({.path = "/dev/null"}).value();
  EXPECT_TRUE(null.Add(Line(0)));
  EXPECT_TRUE(null.Close());
  EXPECT_FALSE(std::filesystem::exists("/dev/null.journal"));
  auto full = ResultFile::Create({.path = "/dev/full"}).value();
  EXPECT_TRUE(full.Add(Line(0)));
  EXPECT_EQ(full.Flush().error().code, ErrorCode::kIo);
}

TEST_F(ResultFileTest, AStreamOfTheProcessIsWrittenWhereItStands) {
  std::ofstream(options_.path) << "before\n";
  base::FileDescriptor stream = base::OpenForAppending(options_.path).value();
  auto file = ResultFile::Create({.path = "/dev/fd/" + std::to_string(stream.get())}).value();
  EXPECT_TRUE(file.Add("after\n"));
  EXPECT_TRUE(file.Close());
  EXPECT_EQ(Content(), "before\nafter\n");
  EXPECT_FALSE(std::filesystem::exists(journal_));
}

TEST_F(ResultFileTest, AFileOfAnotherKindWhereTheJournalBelongsIsLeft) {
  std::ofstream(options_.path) << "precious\n";
  std::ofstream(journal_) << "diary\n";
  EXPECT_THAT(ResultFile::Create(options_).error().message, HasSubstr(journal_));
  EXPECT_EQ(Content(), "precious\n");
  EXPECT_EQ(base::ReadFile(journal_).value(), "diary\n");
}

}  // namespace
}  // namespace batchsizer::flow
