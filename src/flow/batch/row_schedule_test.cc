#include "flow/batch/row_schedule.h"

#include <gtest/gtest.h>

#include <optional>

namespace batchsizer::flow {
namespace {

TEST(RowSchedule, HandsOutRowsAndImagesInOrderUntilTheRingIsFull) {
  RowSchedule schedule(10, 2);
  EXPECT_EQ(schedule.Claim().row, 0U);
  const auto second = schedule.Claim();
  EXPECT_EQ(second.row, 1U);
  EXPECT_EQ(second.image, 1U);
  EXPECT_FALSE(schedule.CanClaim());
  schedule.Filled(0);
  EXPECT_FALSE(schedule.CanClaim());
  schedule.Release(1);
  EXPECT_TRUE(schedule.CanClaim());
}

TEST(RowSchedule, RowsAreReadyOnlyWhenAllBeforeThemAre) {
  RowSchedule schedule(3, 3);
  for (int i = 0; i < 3; ++i) static_cast<void>(schedule.Claim());
  schedule.Filled(2);
  schedule.Filled(1);
  EXPECT_EQ(schedule.Ready(), 0U);
  EXPECT_FALSE(schedule.Finished());
  schedule.Filled(0);
  EXPECT_EQ(schedule.Ready(), 3U);
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, BrokenImageGivesItsRowToTheNext) {
  RowSchedule schedule(3, 3);
  const auto job = schedule.Claim();
  EXPECT_EQ(schedule.Failed(job.row), std::optional<std::size_t>(1));
  schedule.Filled(job.row);
  EXPECT_EQ(schedule.ImageOf(0), 1U);
  EXPECT_EQ(schedule.Claim().image, 2U);
}

TEST(RowSchedule, HoleInTheMiddleIsClosedFromTheEndOnceAllAreSettled) {
  RowSchedule schedule(4, 4);
  for (int i = 0; i < 4; ++i) static_cast<void>(schedule.Claim());
  schedule.Filled(0);
  EXPECT_EQ(schedule.Failed(1), std::nullopt);
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
  EXPECT_EQ(schedule.ImageOf(1), 3U);
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, HolesAtTheEndVanish) {
  RowSchedule schedule(3, 3);
  for (int i = 0; i < 3; ++i) static_cast<void>(schedule.Claim());
  schedule.Filled(0);
  EXPECT_EQ(schedule.Failed(2), std::nullopt);
  EXPECT_EQ(schedule.Failed(1), std::nullopt);
  EXPECT_FALSE(schedule.Finished());
  EXPECT_FALSE(schedule.CloseHole());
  EXPECT_EQ(schedule.Ready(), 1U);
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, NothingUsableIsFinishedWithNothingReady) {
  RowSchedule schedule(2, 4);
  const auto job = schedule.Claim();
  EXPECT_EQ(schedule.Failed(job.row), std::optional<std::size_t>(1));
  EXPECT_EQ(schedule.Failed(job.row), std::nullopt);
  EXPECT_FALSE(schedule.CloseHole());
  EXPECT_EQ(schedule.Ready(), 0U);
  EXPECT_TRUE(schedule.Finished());
}

TEST(RowSchedule, NoImagesIsFinishedFromTheStart) {
  const RowSchedule schedule(0, 1);
  EXPECT_FALSE(schedule.CanClaim());
  EXPECT_TRUE(schedule.Finished());
}

}  // namespace
}  // namespace batchsizer::flow
