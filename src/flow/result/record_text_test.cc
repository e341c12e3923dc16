#include "flow/result/record_text.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace batchsizer::flow {
namespace {

const auto kScores = std::array{0.1F, 0.7F, std::nanf(""), 0.2F};

TEST(RecordText, AsJsonHasBestClassesFirst) {
  RecordText text(ResultFormat::kJsonl, 2);
  EXPECT_EQ(text.Header(), "");
  const auto line = nlohmann::json::parse(text.OfResult("a.jpg", kScores, 4, 9));
  EXPECT_EQ(line["image"], "a.jpg");
  ASSERT_EQ(line["top"].size(), 2U);
  EXPECT_EQ(line["top"][0]["class"], 1);
  EXPECT_EQ(line["top"][1]["class"], 3);
  EXPECT_EQ(line["batch_size"], 4);
  EXPECT_EQ(line["batch"], 9);
  EXPECT_EQ(text.OfFailure("b.jpg", "cut \"short\""),
            "{\"image\":\"b.jpg\",\"error\":\"cut \\\"short\\\"\"}\n");
}

TEST(RecordText, AsJsonHasNullForWhatIsNoNumber) {
  RecordText text(ResultFormat::kJsonl, 4);
  const auto line = nlohmann::json::parse(text.OfResult("a.jpg", kScores, 1, 0));
  EXPECT_EQ(line["top"][3]["class"], 2);
  EXPECT_TRUE(line["top"][3]["score"].is_null());
}

TEST(RecordText, AsCsvHasAsManyCellsInEachRecord) {
  RecordText text(ResultFormat::kCsv, 2);
  EXPECT_EQ(text.Header(), "image,error,batch_size,batch,class1,score1,class2,score2\n");
  EXPECT_EQ(text.OfResult("a,1.jpg", kScores, 4, 9), "\"a,1.jpg\",,4,9,1,0.7,3,0.2\n");
  EXPECT_EQ(text.OfResult("b.jpg", {}, 4, 9), "b.jpg,,4,9,,,,\n");
  EXPECT_EQ(text.OfFailure("c.jpg", "cut, and short"), "c.jpg,\"cut, and short\",,,,,,\n");
  EXPECT_EQ(text.OfFailure("d.jpg", ""), "d.jpg,failed,,,,,,\n");
  RecordText no_outputs(ResultFormat::kCsv, 0);
  EXPECT_EQ(no_outputs.OfResult("a.jpg", {}, 1, 0), "a.jpg,,1,0\n");
}

TEST(RecordText, AsCsvLeavesOutWhatIsNoNumber) {
  RecordText text(ResultFormat::kCsv, 1);
  EXPECT_EQ(text.OfResult("a.jpg", std::array{std::nanf("")}, 1, 0), "a.jpg,,1,0,0,\n");
}

}  // namespace
}  // namespace batchsizer::flow
