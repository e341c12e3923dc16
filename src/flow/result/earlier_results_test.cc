#include "flow/result/earlier_results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "flow/result/record_text.h"
#include "flow/result/result_file.h"

namespace batchsizer::flow {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class EarlierResultsTest : public ::testing::TestWithParam<ResultFormat> {
 protected:
  EarlierResultsTest() { Remove(); }
  ~EarlierResultsTest() override { Remove(); }
  void Remove() const {
    std::filesystem::remove(own_path_);
    std::filesystem::remove(JournalPath(own_path_));
  }
  void Write(std::string_view text) const { std::ofstream(options_.path) << text; }
  [[nodiscard]] std::string Content() const { return base::ReadFile(options_.path).value(); }

  // Results of the images 0.jpg, 1.jpg, ..., a checkpoint after the first few; what
  // was written before it.
  std::size_t Make(int durable, int more) const {
    auto file = ResultFile::Create(options_).value();
    RecordText text(options_.format, options_.top);
    for (int i = 0; i < durable; ++i) {
      EXPECT_TRUE(file.Add(text.OfResult(std::to_string(i) + ".jpg", {}, 1, i)));
    }
    EXPECT_TRUE(file.Checkpoint());
    const std::size_t before = Content().size();
    for (int i = durable; i < durable + more; ++i) {
      EXPECT_TRUE(file.Add(text.OfFailure(std::to_string(i) + ".jpg", "cut, \"short\"\nso")));
    }
    EXPECT_TRUE(file.Flush());
    return before;
  }
  [[nodiscard]] Result<EarlierResults> Read() const { return ReadEarlierResults(options_); }
  // Refused with these words, and nothing changed.
  void ExpectRefused(const ::testing::Matcher<std::string>& words) const {
    const std::string before = Content();
    const auto read = Read();
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(read.error().message, AllOf(HasSubstr(options_.path), words));
    EXPECT_EQ(Content(), before);
  }

  // The only file that is ever removed.
  const std::string own_path_ = ::testing::TempDir() + "earlier_" + std::to_string(::getpid());
  ResultFileOptions options_{.path = own_path_,
                             .format = GetParam(),
                             .top = 2,
                             .identity = {.fields = {{"model", "9f3a", "m.onnx"}}, .folder = "/p"}};
};

INSTANTIATE_TEST_SUITE_P(Formats, EarlierResultsTest,
                         ::testing::Values(ResultFormat::kJsonl, ResultFormat::kCsv),
                         [](const auto& test) { return std::string(ToString(test.param)); });

TEST_P(EarlierResultsTest, AllLinesCountThoseAfterTheCheckpointToo) {
  (void)Make(3, 2);
  auto read = Read();
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->whole.lines, 5);
  EXPECT_EQ(read->whole.bytes, Content().size());
  EXPECT_EQ(read->whole.hash, base::HashOf(Content()));
  EXPECT_EQ(read->next_batch, 3);
  EXPECT_THAT(read->notices, IsEmpty());
  EXPECT_TRUE(read->finished.Take("/p/0.jpg"));
  EXPECT_TRUE(read->finished.Take("/p/4.jpg"));
  EXPECT_FALSE(read->finished.Take("/p/5.jpg"));
}

TEST_P(EarlierResultsTest, CutAfterTheCheckpointItKeepsWholeLines) {
  const std::size_t durable = Make(3, 2);
  const std::string whole = Content();
  for (std::size_t cut = durable; cut <= whole.size(); ++cut) {
    Write(whole.substr(0, cut));
    const auto read = Read();
    ASSERT_TRUE(read) << cut << read.error().message;
    EXPECT_EQ(read->whole.lines, cut == whole.size()                  ? 5
                                 : cut < (durable + whole.size()) / 2 ? 3
                                                                      : 4);
    const bool torn = read->whole.bytes != cut;
    EXPECT_THAT(read->notices, SizeIs(torn ? 1 : 0));
  }
}

TEST_P(EarlierResultsTest, ZerosAfterTheCheckpointAreCutOffWithWhatFollows) {
  const std::size_t durable = Make(3, 3);
  const std::string whole = Content();
  for (const std::size_t at : {durable, durable + 1, durable + 12}) {
    std::string zeroed = whole;
    zeroed.replace(at, 9, 9, '\0');
    Write(zeroed);
    const auto read = Read();
    ASSERT_TRUE(read) << at << read.error().message;
    EXPECT_EQ(read->whole.bytes, durable);
    EXPECT_THAT(read->notices, SizeIs(1));
  }
  Write(whole + std::string(4096, '\0'));
  EXPECT_EQ(Read().value().whole.bytes, whole.size());
}

TEST_P(EarlierResultsTest, CutBeforeTheCheckpointItIsRefused) {
  const std::size_t durable = Make(3, 2);
  Write(Content().substr(0, durable - 1));
  ExpectRefused(AllOf(HasSubstr("was cut to " + std::to_string(durable - 1) + " bytes"),
                      HasSubstr("knows of " + std::to_string(durable)), HasSubstr("remove")));
}

TEST_P(EarlierResultsTest, ChangedBeforeTheCheckpointItIsRefused) {
  const std::size_t durable = Make(3, 2);
  const std::string whole = Content();
  for (std::size_t at = 0; at < durable; ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    Write(changed);
    ExpectRefused(HasSubstr("changed"));
  }
}

TEST_P(EarlierResultsTest, WithAnotherRunsJournalItIsRefused) {
  (void)Make(3, 0);
  options_.identity.fields[0] = {"model", "17bc", "n.onnx"};
  ExpectRefused(AllOf(HasSubstr("model: was m.onnx (9f3a), is now n.onnx (17bc)"),
                      HasSubstr("leave out --resume")));
}

TEST_P(EarlierResultsTest, WithoutAJournalItsLinesCountWithANotice) {
  (void)Make(3, 2);
  std::filesystem::remove(JournalPath(options_.path));
  const auto read = Read();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->whole.lines, 5);
  ASSERT_THAT(read->notices, SizeIs(1));
  EXPECT_THAT(read->notices[0], HasSubstr("has no journal"));
}

TEST_P(EarlierResultsTest, WhileAnotherRunWritesItIsRefused) {
  const auto file = ResultFile::Create(options_).value();
  ExpectRefused(HasSubstr("being written by another run"));
}

TEST_P(EarlierResultsTest, AFileThatIsNotThereHasNothing) {
  const auto none = Read();
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->file);
  EXPECT_EQ(none->whole.bytes, 0U);
  (void)Make(3, 2);
  std::filesystem::remove(options_.path);
  EXPECT_THAT(Read().value().notices, SizeIs(1));
}

TEST_P(EarlierResultsTest, WhatIsNoResultsFileIsRefused) {
  for (const std::string text : {"time_s,images\n", "hello\n", "\x08\x07\n\x12", "\n"}) {
    Write(text);
    ExpectRefused(HasSubstr(":1: is not a line of a"));
  }
  (void)Make(2, 0);
  Write(Content() + "notes\n");
  ExpectRefused(HasSubstr("truncate -s"));
}

TEST(EarlierResultsOfNoFile, AreRefused) {
  for (const std::string& path : {::testing::TempDir(), std::string("/dev/null")}) {
    const auto read = ReadEarlierResults({.path = path});
    ASSERT_FALSE(read) << path;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(read.error().message, HasSubstr("--resume needs"));
  }
}

TEST(EarlierResultsAsCsv, OfOtherColumnsAreRefused) {
  const ResultFileOptions options{
      .path = ::testing::TempDir() + "other_columns", .format = ResultFormat::kCsv, .top = 2};
  std::ofstream(options.path) << "image,error,batch_size,batch,class1,score1\na,,1,0,3,0.5\n";
  EXPECT_FALSE(ReadEarlierResults(options));
  std::filesystem::remove(options.path);
}

TEST(EarlierResultsAsJson, MayBeSpelledAnotherWay) {
  const ResultFileOptions options{.path = ::testing::TempDir() + "other_spelling"};
  std::ofstream(options.path) << R"({"image": "a.jpg", "top": [], "batch": 6})"
                              << "\n"
                              << R"({"image":"say \"b\".jpg","error":""})"
                              << "\n";
  auto read = ReadEarlierResults(options);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->next_batch, 7);
  EXPECT_TRUE(read->finished.Take("say \"b\".jpg"));
  for (const std::string text :
       {"{\"image\":1}\n", "[1]\n", "{\"image\":\"a\",\"top\":[]}\nnotes"}) {
    std::ofstream(options.path) << text;
    EXPECT_FALSE(ReadEarlierResults(options)) << text;
  }
  std::filesystem::remove(options.path);
}

}  // namespace
}  // namespace batchsizer::flow
