#include "record/report/ticks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace batchsizer::record {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Extent Of(std::initializer_list<double> values, Scale scale = Scale::kLinear) {
  Extent extent;
  for (const double value : values) extent.Add(value, scale);
  return extent;
}

std::vector<std::string> Labels(const Ticks& ticks) {
  std::vector<std::string> labels;
  for (const auto& tick : ticks.ticks) labels.push_back(tick.label);
  return labels;
}

const Axis kLog{.scale = Scale::kLog2};

TEST(Ticks, AreRoundAndHoldTheData) {
  const auto ticks = MakeTicks({}, Of({52, 228}), 5, false);
  EXPECT_EQ(ticks.least, 0);  // 0 is near enough
  EXPECT_EQ(ticks.most, 250);
  EXPECT_THAT(Labels(ticks), ElementsAre("0", "50", "100", "150", "200", "250"));
}

TEST(Ticks, StayAwayFromAZeroThatIsFar) {
  const auto ticks = MakeTicks({}, Of({1189, 1531}), 4, false);
  EXPECT_GT(ticks.least, 1000);
  EXPECT_LE(ticks.least, 1189);
  EXPECT_GE(ticks.most, 1531);
}

TEST(Ticks, HaveDecimalsAndSignsWhereNeeded) {
  EXPECT_THAT(Labels(MakeTicks({}, Of({0, 1}), 4, false)),
              ElementsAre("0.00", "0.25", "0.50", "0.75", "1.00"));
  EXPECT_THAT(Labels(MakeTicks({}, Of({-8, 29}), 4, false)),
              ElementsAre("−10", "0", "10", "20", "30"));
  EXPECT_EQ(TickLabel(12'500, 500), "12,500");
  EXPECT_EQ(TickLabel(-1e-12, 0.5), "0.0");
}

TEST(Ticks, OfATightAxisEndWithTheData) {
  const auto ticks = MakeTicks({}, Of({3, 47}), 5, true);
  EXPECT_EQ(ticks.least, 3);
  EXPECT_EQ(ticks.most, 47);
  EXPECT_THAT(Labels(ticks), ElementsAre("10", "20", "30", "40"));
  EXPECT_EQ(MakeTicks({}, Of({0, 59.99}), 6, true).most, 60);
  EXPECT_EQ(MakeTicks({}, Of({0.3, 60}), 6, true).least, 0);
}

TEST(Ticks, KeepTheEndsThatAreAskedFor) {
  const auto ticks = MakeTicks({.least = 0, .most = 230}, Of({60, 300}), 5, false);
  EXPECT_EQ(ticks.least, 0);
  EXPECT_EQ(ticks.most, 230);
  EXPECT_EQ(ticks.ticks.back().value, 200);
}

TEST(Ticks, OfDoublingsArePowersOfTwo) {
  const auto ticks = MakeTicks(kLog, Of({1, 1024}, Scale::kLog2), 20, true);
  EXPECT_EQ(ticks.least, 1);
  EXPECT_EQ(ticks.most, 1024);
  EXPECT_THAT(Labels(ticks),
              ElementsAre("1", "2", "4", "8", "16", "32", "64", "128", "256", "512", "1024"));
  EXPECT_THAT(Labels(MakeTicks(kLog, Of({1, 1024}, Scale::kLog2), 6, true)),
              ElementsAre("1", "4", "16", "64", "256", "1024"));
  // One every four rather than every three, so that both ends have one.
  EXPECT_THAT(Labels(MakeTicks(kLog, Of({1, 256}, Scale::kLog2), 3, false)),
              ElementsAre("1", "16", "256"));
}

TEST(Ticks, OfDoublingsLeaveOutWhatHasNoLogarithm) {
  EXPECT_TRUE(Of({0, -3}, Scale::kLog2).empty);
  const auto ticks = MakeTicks(kLog, Of({0, 1, 16}, Scale::kLog2), 9, true);
  EXPECT_EQ(ticks.least, 1);
  EXPECT_EQ(ticks.most, 16);
}

TEST(Ticks, OfDoublingsExistBetweenTwoPowers) {
  EXPECT_THAT(MakeTicks(kLog, Of({9, 13}, Scale::kLog2), 5, true).ticks, SizeIs(2));
}

TEST(Ticks, ExistForOneValueAndForNone) {
  for (const bool tight : {false, true}) {
    for (const Scale scale : {Scale::kLinear, Scale::kLog2}) {
      for (const auto& extent : {Of({}), Of({7}, scale), Of({1e-9}, scale), Of({1e12}, scale)}) {
        const auto ticks = MakeTicks({.scale = scale}, extent, 5, tight);
        EXPECT_LT(ticks.least, ticks.most);
        EXPECT_FALSE(ticks.ticks.empty());
        if (!extent.empty) {
          EXPECT_LE(ticks.least, extent.least);
          EXPECT_GE(ticks.most, extent.most);
        }
      }
    }
  }
}

TEST(Ticks, ExistWhenAnEndIsAskedForBeyondTheData) {
  const auto above = MakeTicks({.least = 100}, Of({5, 50}), 5, false);
  EXPECT_EQ(above.least, 100);
  EXPECT_GT(above.most, 100);
  const auto below = MakeTicks({.most = 1}, Of({5, 50}), 5, false);
  EXPECT_EQ(below.most, 1);
  EXPECT_LT(below.least, 1);
}

TEST(Extent, KnowsOnlyFiniteValues) {
  const auto infinite = std::numeric_limits<double>::infinity();
  const auto extent = Of({kNoValue, 4, infinite, -2, -infinite});
  EXPECT_EQ(extent.least, -2);
  EXPECT_EQ(extent.most, 4);
}

}  // namespace
}  // namespace batchsizer::record
