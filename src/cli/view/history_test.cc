#include "cli/view/history.h"

#include <gtest/gtest.h>

#include "cli/view/testing.h"

namespace batchsizer::cli::view {
namespace {

using testing::MakeWindow;

History Of(const std::vector<testing::WindowSpec>& specs) {
  History history;
  for (const auto& spec : specs) history.Add(MakeWindow(spec), TimePoint());
  return history;
}

TEST(History, HasNothingToShowAtFirst) {
  const History history;
  for (const Slice& slice : history.ToColumns(10, history.SpanS())) EXPECT_EQ(slice.seconds, 0);
}

TEST(History, EndsWithTheNewestColumn) {
  const History history = Of({{.to_s = 0.25, .peak_w = 10, .batch_size = 4, .images = 5},
                              {.from_s = 0.25, .to_s = 0.5, .peak_w = 20, .images = 5}});
  const auto columns = history.ToColumns(4, 1.0);
  EXPECT_EQ(columns[0].seconds, 0);
  EXPECT_EQ(columns[1].seconds, 0);
  EXPECT_EQ(columns[2].peak_w, 10);
  EXPECT_EQ(columns[2].batch_size, 4);
  EXPECT_EQ(columns[3].peak_w, 20);
  EXPECT_NEAR(columns[3].images, 5, 1e-9);
}

TEST(History, SpreadsALongWindowOverItsColumns) {
  const auto columns = Of({{.to_s = 1.0, .peak_w = 50, .images = 100}}).ToColumns(10, 1.0);
  for (const Slice& column : columns) {
    EXPECT_EQ(column.peak_w, 50);
    EXPECT_NEAR(column.images / column.seconds, 100, 1e-6);
  }
}

TEST(History, KeepsTheHighestPeakAndTheLastCapOfAColumn) {
  const auto columns =
      Of({{.to_s = 0.1, .peak_w = 120, .cap_w = 100}, {.from_s = 0.1, .to_s = 0.2, .cap_w = 90}})
          .ToColumns(1, 1.0);
  EXPECT_EQ(columns[0].peak_w, 120);
  EXPECT_EQ(columns[0].cap_w, 90);
  EXPECT_TRUE(columns[0].above_cap);
}

TEST(History, DoesNotCallMeasurementErrorAViolation) {
  EXPECT_FALSE(Of({{.to_s = 1, .peak_w = 100.4}}).ToColumns(1, 1.0)[0].above_cap);
  EXPECT_TRUE(Of({{.to_s = 1, .peak_w = 100.6}}).ToColumns(1, 1.0)[0].above_cap);
}

TEST(History, KnowsAWindowWithoutReading) {
  EXPECT_LT(Of({{.to_s = 1, .peak_w = -1}}).ToColumns(1, 1.0)[0].peak_w, 0);
}

TEST(History, GetsCoarserAsTheRunGrows) {
  History history;
  for (int at = 0; at < 10'000; ++at) {
    history.Add(MakeWindow({.from_s = at * 0.01,
                            .to_s = at * 0.01 + 0.01,
                            .peak_w = at < 5'000 ? 10.0 : 20.0,
                            .images = 1}),
                TimePoint());
  }
  EXPECT_EQ(history.SpanS(), 120);
  const auto columns = history.ToColumns(12, 120);
  EXPECT_EQ(columns[1].seconds, 0);  // before the run
  EXPECT_EQ(columns[2].peak_w, 10);
  EXPECT_EQ(columns[11].peak_w, 20);
  double images = 0;
  for (const Slice& column : columns) images += column.images;
  EXPECT_NEAR(images, 10'000, 500);
}

TEST(History, ForgetsWhatIsTooLongAgo) {
  History history;
  for (int second = 0; second < 2'000; ++second) {
    history.Add(
        MakeWindow(
            {.from_s = 1.0 * second, .to_s = second + 1.0, .peak_w = second < 1'000 ? 99.0 : 10.0}),
        TimePoint());
  }
  EXPECT_EQ(history.SpanS(), History::kLongestSpanS);
  for (const Slice& slice : history.ToColumns(60, history.SpanS())) EXPECT_EQ(slice.peak_w, 10);
}

TEST(History, TakesAWindowLongerThanAllItHolds) {
  const auto columns = Of({{.to_s = 100'000, .peak_w = 5}}).ToColumns(3, History::kLongestSpanS);
  for (const Slice& column : columns) EXPECT_EQ(column.peak_w, 5);
}

TEST(History, AColumnStaysWhatItIsAsTimeGoesOn) {
  History history;
  for (int at = 0; at < 400; ++at) {
    history.Add(MakeWindow({.from_s = at * 1.0, .to_s = at + 1.0, .peak_w = 1.0 * (at % 7)}),
                TimePoint());
  }
  const auto before = history.ToColumns(60, 300);
  for (int at = 400; at < 405; ++at) {  // one column's time
    history.Add(MakeWindow({.from_s = at * 1.0, .to_s = at + 1.0, .peak_w = 1.0 * (at % 7)}),
                TimePoint());
  }
  const auto after = history.ToColumns(60, 300);
  for (std::size_t at = 1; at < 60; ++at) EXPECT_EQ(after[at - 1].peak_w, before[at].peak_w) << at;
}

}  // namespace
}  // namespace batchsizer::cli::view
