#include "flow/result/result_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
namespace batchsizer::flow {
namespace {

class ResultFile : public ::testing::Test {
 protected:
  ResultFile() { std::filesystem::remove(path_); }
  ~ResultFile() override { std::filesystem::remove(path_); }

  [[nodiscard]] std::vector<nlohmann::json> Lines() const {
    std::ifstream file(path_);
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  const std::string path_ = testing::TempDir() + "results_" +
                            testing::UnitTest::GetInstance()->current_test_info()->name() +
                            ".jsonl";
};

TEST_F(ResultFile, HasBestClassesFirstAndFailuresByName) {
  auto writer = ResultWriter::Create(path_, {.top = 2});
  ASSERT_TRUE(writer.has_value());
  writer->Add("a.jpg", std::array{0.1F, 0.7F, std::nanf(""), 0.2F}, 4, 9);
  writer->AddFailure("b.jpg", "truncated");
  ASSERT_TRUE(writer->Close().has_value());
  const auto lines = Lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["image"], "a.jpg");
  ASSERT_EQ(lines[0]["top"].size(), 2U);
  EXPECT_EQ(lines[0]["top"][0]["class"], 1);
  EXPECT_EQ(lines[0]["top"][1]["class"], 3);
  EXPECT_EQ(lines[0]["batch_size"], 4);
  EXPECT_EQ(lines[0]["batch"], 9);
  EXPECT_EQ(lines[1]["error"], "truncated");
}

TEST_F(ResultFile, TellsThatTheDiskIsFull) {
  auto writer = ResultWriter::Create("/dev/full", {});
  ASSERT_TRUE(writer.has_value());
  writer->Add("a.jpg", {}, 1, 0);
  const auto flushed = writer->Flush();
  ASSERT_FALSE(flushed.has_value());
  EXPECT_EQ(flushed.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace batchsizer::flow
