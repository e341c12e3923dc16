#include "flow/result/result_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace batchsizer::flow {
namespace {

using ::testing::HasSubstr;

TEST(ResultFormat, FollowsTheEndingUnlessItIsNamed) {
  EXPECT_EQ(ChooseResultFormat("", "r.jsonl").value(), ResultFormat::kJsonl);
  EXPECT_EQ(ChooseResultFormat("", "/dev/stdout").value(), ResultFormat::kJsonl);
  EXPECT_EQ(ChooseResultFormat("", "r.CSV").value(), ResultFormat::kCsv);
  EXPECT_EQ(ChooseResultFormat("csv", "r.jsonl").value(), ResultFormat::kCsv);
  EXPECT_EQ(ChooseResultFormat("jsonl", "r.csv").value(), ResultFormat::kJsonl);
}

TEST(ResultFormat, SaysWhatWouldBeRight) {
  EXPECT_THAT(ChooseResultFormat("xml", "r").error().message, HasSubstr("'xml'"));
  for (const auto& refused :
       {ChooseResultFormat("", "r.parquet"), ChooseResultFormat("parquet", "r")}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(refused.error().message, HasSubstr("duckdb"));
  }
}

}  // namespace
}  // namespace batchsizer::flow
