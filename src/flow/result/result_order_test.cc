#include "flow/result/result_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace batchsizer::flow {
namespace {

using ::testing::ElementsAre;

class ResultOrderTest : public ::testing::Test {
 protected:
  std::vector<std::string> got_;
  const ResultOrder::Out out_ = [this](std::string_view record) {
    got_.emplace_back(record);
    return Status{};
  };
};

TEST_F(ResultOrderTest, HandsOnInTheOrderOfTheImages) {
  ResultOrder order(false);
  ASSERT_TRUE(order.Add(0, "0", out_));
  ASSERT_TRUE(order.Add(3, "3", out_));
  ASSERT_TRUE(order.Add(2, "2", out_));
  EXPECT_THAT(got_, ElementsAre("0"));
  EXPECT_EQ(order.waiting(), 2U);
  ASSERT_TRUE(order.Add(1, "1", out_));
  EXPECT_THAT(got_, ElementsAre("0", "1", "2", "3"));
  EXPECT_EQ(order.waiting(), 0U);
}

TEST_F(ResultOrderTest, WhatWaitsForAnImageThatNeverComesIsHandedOnAtTheEnd) {
  ResultOrder order(false);
  ASSERT_TRUE(order.Add(5, "5", out_));
  ASSERT_TRUE(order.Add(2, "2", out_));
  ASSERT_TRUE(order.Finish(out_));
  EXPECT_THAT(got_, ElementsAre("2", "5"));
}

TEST_F(ResultOrderTest, AsDoneNothingWaits) {
  ResultOrder order(true);
  ASSERT_TRUE(order.Add(5, "5", out_));
  ASSERT_TRUE(order.Add(2, "2", out_));
  EXPECT_THAT(got_, ElementsAre("5", "2"));
}

TEST_F(ResultOrderTest, TellsWhatFailed) {
  ResultOrder order(false);
  const auto full = [](std::string_view) -> Status { return MakeError(ErrorCode::kIo, "full"); };
  ASSERT_TRUE(order.Add(1, "1", full));
  EXPECT_FALSE(order.Add(0, "0", full));
  EXPECT_FALSE(order.Finish(full));
}

}  // namespace
}  // namespace batchsizer::flow
