#include "flow/batch/decode_governor.h"

#include <gtest/gtest.h>

namespace batchsizer::flow {
namespace {

void Calm(DecodeGovernor& governor, int batches) {
  for (int i = 0; i < batches; ++i) governor.OnBatch(false, true);
}

TEST(DecodeGovernor, StartsWithAllThreads) { EXPECT_EQ(DecodeGovernor(1, 6).active(), 6); }

TEST(DecodeGovernor, GivesUpOneThreadAfterManyBatchesThatFoundTheQueueFull) {
  DecodeGovernor governor(1, 3);
  Calm(governor, DecodeGovernor::kCalm - 1);
  EXPECT_EQ(governor.active(), 3);
  Calm(governor, 1);
  EXPECT_EQ(governor.active(), 2);
}

TEST(DecodeGovernor, KeepsAtLeastOne) {
  DecodeGovernor governor(1, 3);
  Calm(governor, 100 * DecodeGovernor::kCalm);
  EXPECT_EQ(governor.active(), 1);
}

TEST(DecodeGovernor, DoublesWhenABatchHadToWait) {
  DecodeGovernor governor(1, 8);
  Calm(governor, 7 * DecodeGovernor::kCalm);
  EXPECT_EQ(governor.active(), 1);
  governor.OnBatch(true, false);
  EXPECT_EQ(governor.active(), 2);
  governor.OnBatch(true, false);
  governor.OnBatch(true, false);
  governor.OnBatch(true, false);
  EXPECT_EQ(governor.active(), 8);
}

TEST(DecodeGovernor, AQueueThatIsNotFullNeedsItsThreads) {
  DecodeGovernor governor(1, 4);
  for (int i = 0; i < 10 * DecodeGovernor::kCalm; ++i) governor.OnBatch(false, i % 3 != 0);
  EXPECT_EQ(governor.active(), 4);
}

TEST(DecodeGovernor, AFixedNumberStays) {
  DecodeGovernor governor(3, 3);
  Calm(governor, 10 * DecodeGovernor::kCalm);
  governor.OnBatch(true, false);
  EXPECT_EQ(governor.active(), 3);
}

}  // namespace
}  // namespace batchsizer::flow
