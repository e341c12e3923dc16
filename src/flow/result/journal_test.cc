#include "flow/result/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/text.h"

namespace batchsizer::flow {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class JournalTest : public ::testing::Test {
 protected:
  ~JournalTest() override { std::filesystem::remove(path_); }
  void Write(std::string_view text) const { std::ofstream(path_) << text; }
  [[nodiscard]] std::string Content() const { return base::ReadFile(path_).value(); }
  // A journal with checkpoints at 100, 200, ... bytes; its text.
  [[nodiscard]] std::string Make(int checkpoints) const {
    auto journal = Journal::Create(path_, identity_, {}).value();
    for (int i = 1; i <= checkpoints; ++i) {
      EXPECT_TRUE(journal.Add(At(i)));
    }
    EXPECT_TRUE(journal.Sync());
    return Content();
  }
  static Checkpoint At(int number) {
    return {static_cast<std::uint64_t>(100 * number), number, base::HashOf(std::to_string(number))};
  }

  const RunIdentity identity_{.fields = {{"model", "9f3a", "caf\xE9.onnx"}}, .folder = "/home/me"};
  const std::string path_ = ::testing::TempDir() + "journal_" +
                            ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(JournalTest, GivesBackTheRunAndTheLastCheckpoint) {
  const std::string text = Make(3);
  const auto content = ReadJournal(path_).value();
  ASSERT_NE(content, nullptr);
  EXPECT_EQ(DifferenceOf(content->identity, identity_), "");
  EXPECT_EQ(content->identity.folder, "/home/me");
  EXPECT_EQ(content->last.bytes, 300U);
  EXPECT_EQ(content->last.lines, 3);
  EXPECT_EQ(content->last.hash, At(3).hash);
  EXPECT_EQ(content->whole_bytes, text.size());
}

TEST_F(JournalTest, CutAnywhereTheWholeRecordsBeforeCount) {
  const std::string text = Make(3);
  const auto header = text.find('\n') + 1;
  for (std::size_t cut = header; cut <= text.size(); cut += 3) {
    Write(text.substr(0, cut));
    const auto content = ReadJournal(path_).value();
    ASSERT_NE(content, nullptr);
    const auto lines = std::count(text.begin(), text.begin() + static_cast<long>(cut), '\n');
    EXPECT_EQ(content->last.lines, lines - 1) << cut;
    auto journal = Journal::Continue(path_, *content).value();
    ASSERT_TRUE(journal.Add(At(9)));
    EXPECT_EQ(ReadJournal(path_).value()->last.lines, 9) << cut;
  }
}

TEST_F(JournalTest, ADamagedByteEndsItThereOrRefusesIt) {
  const std::string text = Make(3);
  const auto header = text.find('\n') + 1;
  for (std::size_t at = 0; at < text.size(); at += 5) {
    std::string damaged = text;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    Write(damaged);
    const auto content = ReadJournal(path_);
    if (at < header) {
      ASSERT_FALSE(content) << at;
      EXPECT_EQ(content.error().code, ErrorCode::kInvalidInput);
      EXPECT_THAT(content.error().message, AllOf(HasSubstr(path_), HasSubstr("remove this file")));
    } else {
      ASSERT_TRUE(content) << at;
      EXPECT_EQ((*content)->last.lines,
                std::count(text.begin(), text.begin() + static_cast<long>(at), '\n') - 1);
    }
  }
}

TEST_F(JournalTest, CutInItsFirstLineItIsRefused) {
  const std::string text = Make(1);
  for (std::size_t cut = 1; cut < text.find('\n'); cut += 7) {
    Write(text.substr(0, cut));
    EXPECT_FALSE(ReadJournal(path_)) << cut;
  }
}

TEST_F(JournalTest, OneThatNeverReachedTheDiskIsNone) {
  EXPECT_EQ(ReadJournal(path_).value(), nullptr);
  Write("");
  EXPECT_EQ(ReadJournal(path_).value(), nullptr);
  Write(std::string(512, '\0'));
  EXPECT_EQ(ReadJournal(path_).value(), nullptr);
}

TEST_F(JournalTest, OfALaterVersionIsRefusedWithTheVersion) {
  Write("batchsizer-journal 7 whatever\n");
  EXPECT_THAT(ReadJournal(path_).error().message, HasSubstr("version 7"));
}

TEST_F(JournalTest, TakesNoOtherFilesPlace) {
  Write("dear diary");
  EXPECT_EQ(Journal::Create(path_, identity_, {}).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(Journal::Remove(path_).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(Content(), "dear diary");
  EXPECT_THAT(ReadJournal(path_).error().message, HasSubstr("not the journal"));
  (void)std::filesystem::remove(path_);
  (void)Make(1);
  EXPECT_TRUE(Journal::Remove(path_));
  EXPECT_TRUE(Journal::Remove(path_));
}

TEST_F(JournalTest, StaysSmall) {
  auto journal = Journal::Create(path_, identity_, {}).value();
  for (int i = 1; i <= 3000; ++i) ASSERT_TRUE(journal.Add(At(i)));
  EXPECT_LT(std::filesystem::file_size(path_), 80000U);
  EXPECT_EQ(ReadJournal(path_).value()->last.lines, 3000);
}

TEST(JournalPath, LiesBesideTheFileThatALinkLeadsTo) {
  EXPECT_EQ(JournalPath("r.jsonl"), "r.jsonl.journal");
  const std::string link = ::testing::TempDir() + "journal_link";
  std::filesystem::remove(link);
  std::filesystem::create_symlink("/data/r.jsonl", link);
  EXPECT_EQ(JournalPath(link), "/data/r.jsonl.journal");
  std::filesystem::remove(link);
}

}  // namespace
}  // namespace batchsizer::flow
