#include "flow/result/finished.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "flow/result/result_writer.h"

namespace batchsizer::flow {
namespace {

using ::testing::HasSubstr;

class FinishedTest : public ::testing::Test {
 protected:
  ~FinishedTest() override { std::filesystem::remove(path_); }
  void Write(std::string_view text) const { std::ofstream(path_) << text; }
  [[nodiscard]] std::string Content() const { return base::ReadFile(path_).value(); }

  const std::string path_ = ::testing::TempDir() + "finished_" +
                            ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(FinishedTest, GivesEachLineOnceAndLeavesATornOneAlone) {
  auto writer = ResultWriter::Create(path_, {});
  writer->Add("a.jpg", {}, 1, 0);
  writer->Add("a.jpg", {}, 1, 6);
  ASSERT_TRUE(writer->Close().has_value());
  const std::string whole = Content();
  Write(whole + R"({"image":"b.jpg","to)");
  auto finished = Finished::Read(path_);
  ASSERT_TRUE(finished.has_value()) << finished.error().message;
  EXPECT_EQ(finished->lines(), 2);
  EXPECT_EQ(finished->next_batch(), 7);
  EXPECT_EQ(finished->whole_bytes(), whole.size());
  EXPECT_TRUE(finished->Take("a.jpg"));
  EXPECT_TRUE(finished->Take("a.jpg"));
  EXPECT_FALSE(finished->Take("a.jpg"));
  EXPECT_FALSE(finished->Take("b.jpg"));
}

TEST_F(FinishedTest, KnowsAnImageHoweverItsPathIsWritten) {
  Write("{\"image\":\"p/a.jpg\",\"error\":\"\"}\n{\"image\":\"./p/../b.jpg\",\"top\":[]}\n");
  auto finished = Finished::Read(path_);
  ASSERT_TRUE(finished.has_value());
  EXPECT_TRUE(finished->Take((std::filesystem::current_path() / "p" / "a.jpg").string()));
  EXPECT_TRUE(finished->Take("b.jpg"));
}

TEST_F(FinishedTest, KnowsAnImageWhoseNameIsNotUtf8) {
  auto writer = ResultWriter::Create(path_, {});
  writer->AddFailure("caf\xE9.jpg", "broken");
  ASSERT_TRUE(writer->Close().has_value());
  EXPECT_TRUE(Finished::Read(path_)->Take("caf\xE9.jpg"));
}

TEST_F(FinishedTest, RefusesAnotherFileAndLeavesItAsItIs) {
  for (const std::string text : {"time_s,images\n", "my only copy", "\x08\x07\n\x12", "\n",
                                 "{\"image\":\"a\",\"top\":[]}\nnotes", "{\"image\":1}\n"}) {
    Write(text);
    const auto finished = Finished::Read(path_);
    ASSERT_FALSE(finished.has_value()) << text;
    EXPECT_EQ(finished.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(finished.error().message, HasSubstr(path_ + ":"));
    EXPECT_EQ(Content(), text);
  }
}

TEST_F(FinishedTest, AFileThatIsNotThereHasNothing) {
  const auto finished = Finished::Read(path_);
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->lines(), 0);
  EXPECT_EQ(finished->whole_bytes(), 0U);
}

}  // namespace
}  // namespace batchsizer::flow
