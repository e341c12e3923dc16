#include "runtime/for_each_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace batchsizer::runtime {
namespace {

using ::testing::Each;

const std::atomic<bool> kNever{false};

TEST(ForEachIndex, CallsEachOnceWhateverTheThreads) {
  for (const int threads : {1, 2, 7, 100}) {
    std::vector<std::atomic<int>> calls(50);
    ForEachIndex(calls.size(), threads, [&](std::size_t i) { ++calls[i]; }, kNever);
    EXPECT_THAT(calls, Each(1)) << threads;
  }
}

TEST(ForEachIndex, OfNothingCallsNothing) {
  int calls = 0;
  ForEachIndex(0, 4, [&](std::size_t) { ++calls; }, kNever);
  EXPECT_EQ(calls, 0);
}

TEST(ForEachIndex, BeginsNoneOnceStopped) {
  std::atomic<bool> stop{false};
  std::vector<int> begun;
  ForEachIndex(10, 1, [&](std::size_t i) {
    begun.push_back(static_cast<int>(i));
    if (i == 2) stop = true;
  }, stop);
  EXPECT_THAT(begun, ::testing::ElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace batchsizer::runtime
