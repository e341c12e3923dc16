#include "cli/view/words.h"

#include <gtest/gtest.h>

#include "cli/view/progress_rate.h"

namespace batchsizer::cli::view {
namespace {

TEST(Words, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(-1234567), "-1,234,567");
}

TEST(Words, TellsTimes) {
  EXPECT_EQ(ClockText(0.9), "0:00:00");
  EXPECT_EQ(ClockText(250), "0:04:10");
  EXPECT_EQ(ClockText(2 * 86'400 + 3 * 3600 + 4 * 60 + 5), "2 d 03:04:05");
  EXPECT_EQ(ClockText(std::nullopt), "-:--:--");
  EXPECT_EQ(ClockText(1e30), "-:--:--");
  EXPECT_EQ(SpanText(30), "30 s");
  EXPECT_EQ(SpanText(300), "5 min");
}

TEST(Words, KeepsTheDigitsThatMatter) {
  EXPECT_EQ(RateText(8.312), "8.31");
  EXPECT_EQ(RateText(83.12), "83.1");
  EXPECT_EQ(RateText(8312.4), "8,312");
  EXPECT_EQ(ShareText(0, 5), "0 %");
  EXPECT_EQ(ShareText(1, 0), "0 %");
  EXPECT_EQ(ShareText(1, 1e6), "<0.1 %");
  EXPECT_EQ(ShareText(1, 8), "12.5 %");
}

TEST(Words, TellsAChange) {
  const Setting small{BatchSize(16), Megahertz(1000)};
  const Setting large{BatchSize(32), Megahertz(1000)};
  const Setting slow{BatchSize(16), Megahertz(800)};
  EXPECT_EQ(ChangeText(small, large, true), "16 → 32");
  EXPECT_EQ(ChangeText(small, large, false), "16 -> 32");
  EXPECT_EQ(ChangeText(small, small, true), "16");
  EXPECT_EQ(ChangeText(small, slow, true), "1000 → 800 MHz");
  EXPECT_EQ(ChangeText(large, slow, true), "32 → 16, 1000 → 800 MHz");
}

TEST(ProgressRate, KnowsNothingAtFirst) {
  ProgressRate rate;
  EXPECT_FALSE(rate.ImagesASecond());
  rate.Add(0, 0);
  EXPECT_FALSE(rate.LeftS(10));
  rate.Add(1, 0);
  EXPECT_FALSE(rate.LeftS(10));
}

TEST(ProgressRate, TellsWhenAllWillBeDone) {
  ProgressRate rate;
  rate.Add(0, 0);
  rate.Add(2, 40);
  EXPECT_DOUBLE_EQ(*rate.ImagesASecond(), 20);
  EXPECT_DOUBLE_EQ(*rate.LeftS(100), 3);
  EXPECT_DOUBLE_EQ(*rate.LeftS(40), 0);
}

TEST(ProgressRate, ForgetsHowItWasLongAgo) {
  ProgressRate rate;
  std::int64_t done = 0;
  for (int tick = 0; tick < 1000; ++tick) rate.Add(0.125 * tick, done += tick < 500 ? 100 : 1);
  EXPECT_NEAR(*rate.ImagesASecond(), 8, 0.1);
}

}  // namespace
}  // namespace batchsizer::cli::view
