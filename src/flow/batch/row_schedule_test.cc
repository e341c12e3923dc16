#include "flow/batch/row_schedule.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace batchsizer::flow {
namespace {

constexpr std::size_t kAny = 1000;

// A schedule with so many rows claimed, and no more to come.
RowSchedule Claimed(int rows) {
  RowSchedule schedule(static_cast<std::size_t>(rows));
  for (int i = 0; i < rows; ++i) static_cast<void>(schedule.Claim());
  schedule.EndInput();
  return schedule;
}

TEST(RowSchedule, HandsOutRowsInOrderUntilTheRingIsFull) {
  RowSchedule schedule(2);
  EXPECT_EQ(schedule.Claim(), 0U);
  EXPECT_EQ(schedule.Claim(), 1U);
  EXPECT_FALSE(schedule.HasRoom(kAny));
  schedule.Filled(0);
  EXPECT_FALSE(schedule.HasRoom(kAny));
  schedule.Release(1);
  EXPECT_TRUE(schedule.HasRoom(kAny));
}

TEST(RowSchedule, NoMoreRowsAreInUseThanAllowed) {
  RowSchedule schedule(8);
  static_cast<void>(schedule.Claim());
  static_cast<void>(schedule.Claim());
  EXPECT_FALSE(schedule.HasRoom(2));
  EXPECT_TRUE(schedule.HasRoom(3));
}

TEST(RowSchedule, RowsAreReadyOnlyWhenAllBeforeThemAre) {
  RowSchedule schedule = Claimed(3);
  schedule.Filled(2);
  schedule.Filled(1);
  EXPECT_EQ(schedule.Ready(), 0U);
  EXPECT_FALSE(schedule.Finished());
  schedule.Filled(0);
  EXPECT_EQ(schedule.Ready(), 3U);
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, IsNotFinishedWhileImagesMayCome) {
  RowSchedule schedule(3);
  EXPECT_FALSE(schedule.Finished());
  const auto row = schedule.Claim();
  schedule.Filled(row);
  EXPECT_FALSE(schedule.Finished());
  schedule.EndInput();
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, HoleInTheMiddleIsClosedFromTheEndOnceAllAreSettled) {
  RowSchedule schedule = Claimed(4);
  schedule.Filled(0);
  schedule.GiveBack(1);
  schedule.Filled(2);
  EXPECT_FALSE(schedule.CloseHole());  // row 3 is still being filled
  schedule.Filled(3);
  EXPECT_EQ(schedule.Ready(), 1U);
  EXPECT_FALSE(schedule.Finished());
  const auto move = schedule.CloseHole();
  ASSERT_TRUE(move);
  EXPECT_EQ(move->from, 3U);
  EXPECT_EQ(move->to, 1U);
  EXPECT_FALSE(schedule.CloseHole());
  EXPECT_EQ(schedule.Ready(), 3U);
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, InputMayResumeOnceAllHolesAreClosed) {
  RowSchedule schedule(4);
  for (int i = 0; i < 3; ++i) static_cast<void>(schedule.Claim());
  schedule.GiveBack(0);
  schedule.Filled(1);
  schedule.Filled(2);
  EXPECT_EQ(schedule.Ready(), 0U);
  schedule.EndInput();
  while (schedule.CloseHole()) {
  }
  schedule.ResumeInput();
  EXPECT_EQ(schedule.Ready(), 2U);
  EXPECT_FALSE(schedule.Finished());
  EXPECT_EQ(schedule.Claim(), 2U);
  schedule.Filled(2);
  EXPECT_EQ(schedule.Ready(), 3U);
}

TEST(RowSchedule, HolesAtTheEndVanish) {
  RowSchedule schedule = Claimed(3);
  schedule.Filled(0);
  schedule.GiveBack(2);
  schedule.GiveBack(1);
  EXPECT_FALSE(schedule.Finished());
  EXPECT_FALSE(schedule.CloseHole());
  EXPECT_EQ(schedule.Ready(), 1U);
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, NothingUsableIsFinishedWithNothingReady) {
  RowSchedule schedule = Claimed(1);
  schedule.GiveBack(0);
  EXPECT_FALSE(schedule.CloseHole());
  EXPECT_EQ(schedule.Ready(), 0U);
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, NoImagesIsFinishedAtOnce) {
  RowSchedule schedule(1);
  schedule.EndInput();
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, ARowThatWasGivenBackIsTheNextToBeClaimed) {
  RowSchedule schedule(8);
  for (int i = 0; i < 3; ++i) static_cast<void>(schedule.Claim());
  schedule.GiveBack(1);
  schedule.GiveBack(0);
  schedule.Filled(2);
  EXPECT_FALSE(schedule.IsAnyBeingFilled());
  EXPECT_EQ(schedule.Ready(), 0U);
  EXPECT_TRUE(schedule.HasRoom(1));  // in use already
  EXPECT_EQ(schedule.Claim(), 0U);
  EXPECT_EQ(schedule.Claim(), 1U);
  EXPECT_EQ(schedule.Claim(), 3U);
  schedule.Filled(1);
  schedule.Filled(0);
  EXPECT_EQ(schedule.Ready(), 3U);
}

TEST(RowSchedule, RowsKeepTheirStateWhenTheRingGrows) {
  RowSchedule schedule(4);
  for (int i = 0; i < 4; ++i) static_cast<void>(schedule.Claim());
  schedule.Filled(0);
  schedule.Filled(1);
  schedule.Release(2);
  static_cast<void>(schedule.Claim());
  schedule.Filled(2);
  schedule.Filled(4);
  schedule.Grow(7);
  std::vector<std::uint64_t> filled;
  schedule.ForEachFilled([&](std::uint64_t row) { filled.push_back(row); });
  EXPECT_EQ(filled, (std::vector<std::uint64_t>{2, 4}));
  EXPECT_EQ(schedule.Ready(), 1U);
  schedule.Filled(3);
  EXPECT_EQ(schedule.Ready(), 3U);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(schedule.Claim(), static_cast<std::uint64_t>(5 + i));
  EXPECT_FALSE(schedule.HasRoom(kAny));
}

}  // namespace
}  // namespace batchsizer::flow
