#include "batchsizer/power_cap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace batchsizer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

std::string ErrorOf(std::vector<SteppedCap::Step> steps) {
  const auto cap = SteppedCap::Create(std::move(steps), TimePoint{});
  return cap ? "" : cap.error().message;
}

TEST(AdjustableCap, IsWhatWasSetLast) {
  AdjustableCap cap(Watts(100));
  EXPECT_EQ(cap.At(TimePoint{}), Watts(100));
  cap.Set(Watts(80));
  EXPECT_EQ(cap.At(TimePoint(seconds(5))), Watts(80));
}

TEST(SteppedCap, HoldsEachStepFromItsTimeOn) {
  const TimePoint start(seconds(1000));
  const auto cap = SteppedCap::Create(
      {{seconds(0), Watts(100)}, {seconds(2), Watts(50)}, {seconds(3), Watts(70)}}, start);
  ASSERT_TRUE(cap.has_value());
  EXPECT_EQ(cap->At(start), Watts(100));
  EXPECT_EQ(cap->At(start + milliseconds(1999)), Watts(100));
  EXPECT_EQ(cap->At(start + seconds(2)), Watts(50));
  EXPECT_EQ(cap->At(start + seconds(900)), Watts(70));
}

TEST(SteppedCap, AnswersForEarlierTimesToo) {
  const auto cap =
      SteppedCap::Create({{seconds(0), Watts(100)}, {seconds(2), Watts(50)}}, TimePoint{});
  EXPECT_EQ(cap->At(TimePoint(seconds(3))), Watts(50));
  EXPECT_EQ(cap->At(TimePoint(seconds(1))), Watts(100));
  EXPECT_EQ(cap->At(TimePoint(-seconds(1))), Watts(100));
}

TEST(SteppedCap, RefusesWhatIsNoTrace) {
  EXPECT_THAT(ErrorOf({}), HasSubstr("no step"));
  EXPECT_THAT(ErrorOf({{seconds(1), Watts(100)}}), HasSubstr("must be at 0"));
  EXPECT_THAT(ErrorOf({{seconds(0), Watts(0)}}), HasSubstr("0 W is not a cap"));
  EXPECT_THAT(ErrorOf({{seconds(0), Watts(std::nan(""))}}), HasSubstr("not a cap"));
  EXPECT_THAT(ErrorOf({{seconds(0), Watts(9)}, {seconds(0), Watts(8)}}), HasSubstr("ascend"));
}

}  // namespace
}  // namespace batchsizer
