#include "runtime/result_pump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>

#include "base/testing/allocation_count.h"

namespace batchsizer::runtime {
namespace {

// A store that can be held up, and made to fail.
class FakeStore final : public ResultStore {
 public:
  Status Write(const BatchResults& results) override {
    const std::lock_guard held(hold);
    for (const auto& failure : results.failures) log.append(failure.path).append("! ");
    for (std::size_t i = 0; i < results.images.size(); ++i) {
      log.append(results.images[i].path).append(" ");
      if (results.classes > 0) sum += results.scores[i * static_cast<std::size_t>(results.classes)];
    }
    ++writes;
    if (writes == fail_at) return MakeError(ErrorCode::kIo, "disk full");
    return {};
  }
  Status Flush() override {
    ++flushes;
    return {};
  }
  Status Checkpoint() override {
    ++checkpoints;
    return {};
  }

  std::mutex hold;
  std::string log;
  float sum = 0;
  std::atomic<int> writes{0};
  int fail_at = -1;
  std::atomic<int> flushes{0};
  std::atomic<int> checkpoints{0};
};

std::unique_ptr<ResultPump> PumpFor(ResultStore& store, const ResultPump::Options& options = {}) {
  return ResultPump::Create(store, options).value();
}

TEST(ResultPump, WritesCopiesInOrder) {
  FakeStore store;
  auto pump = PumpFor(store);
  {
    std::string name = "a.jpg";
    std::vector<float> scores = {1, 0, 2, 0};
    const std::array images = {flow::RowInfo{0, name}, flow::RowInfo{1, "b.jpg"}};
    const std::lock_guard held(store.hold);  // not before all of that is gone
    ASSERT_TRUE(pump->Put({.images = images, .scores = scores, .classes = 2, .batch_size = 2}));
    name = "xxxxx";
    scores.assign(4, 9);
  }
  const std::array failures = {flow::ImageFailure{2, "c.jpg", {ErrorCode::kIo, "cut"}}};
  ASSERT_TRUE(pump->Put({.failures = failures}));
  ASSERT_TRUE(pump->Close());
  EXPECT_EQ(store.log, "a.jpg b.jpg c.jpg! ");
  EXPECT_EQ(store.sum, 3);
  EXPECT_GT(store.flushes, 0);
}

TEST(ResultPump, WaitsOnlyWhenTooMuchIsLeftToWrite) {
  FakeStore store;
  auto pump = PumpFor(store, {.most_batches = 4});
  std::unique_lock held(store.hold);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(pump->Put({}));  // would hang if it waited
  auto fifth = std::async(std::launch::async, [&] { return pump->Put({}).has_value(); });
  EXPECT_EQ(fifth.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  held.unlock();
  EXPECT_TRUE(fifth.get());
  ASSERT_TRUE(pump->Close());
  EXPECT_EQ(store.writes, 5);
}

TEST(ResultPump, OneBatchAlwaysFits) {
  FakeStore store;
  auto pump = PumpFor(store, {.most_bytes = 1});
  const std::vector<float> scores(1000);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(pump->Put({.scores = scores}));
  ASSERT_TRUE(pump->Close());
  EXPECT_EQ(store.writes, 3);
}

TEST(ResultPump, TellsWhatTheStoreFailedOfAndWritesNoMore) {
  FakeStore store;
  store.fail_at = 2;
  auto pump = PumpFor(store);
  Status put;
  while (put) put = pump->Put({});
  EXPECT_EQ(put.error().message, "disk full");
  EXPECT_EQ(pump->Put({}).error().code, ErrorCode::kIo);
  EXPECT_EQ(pump->Close().error().message, "disk full");
  EXPECT_EQ(store.writes, 2);
  EXPECT_EQ(store.checkpoints, 0);
}

TEST(ResultPump, AFailureWakesAPutThatWaits) {
  FakeStore store;
  store.fail_at = 1;
  auto pump = PumpFor(store, {.most_batches = 1});
  std::unique_lock held(store.hold);
  ASSERT_TRUE(pump->Put({}));
  auto second = std::async(std::launch::async, [&] { return pump->Put({}).has_value(); });
  held.unlock();
  EXPECT_FALSE(second.get());
}

TEST(ResultPump, MakesDurableWhenItIsTimeAndSomethingIsNew) {
  FakeStore store;
  auto pump = PumpFor(store, {.checkpoint_every = std::chrono::milliseconds(1)});
  ASSERT_TRUE(pump->Put({}));
  while (store.checkpoints == 0) std::this_thread::yield();  // also with nothing more to write
  ASSERT_TRUE(pump->Close());
  EXPECT_EQ(store.checkpoints, 1);
  FakeStore hurried;
  auto rare = PumpFor(hurried, {.checkpoint_every = std::chrono::hours(1)});
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(rare->Put({}));
  ASSERT_TRUE(rare->Close());
  EXPECT_EQ(hurried.checkpoints, 0);
}

TEST(ResultPump, AllocatesNothingOnceWarm) {
  FakeStore store;
  store.log.reserve(1 << 20);
  auto pump = PumpFor(store, {.most_batches = 4});
  const std::string long_name(100, 'x');
  const std::vector<flow::RowInfo> images(8, {0, long_name});
  const std::vector<float> scores(8000);
  const BatchResults results{.images = images, .scores = scores, .classes = 1000, .batch_size = 8};
  {
    const std::lock_guard held(store.hold);  // so that every buffer gets used
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(pump->Put(results));
  }
  while (store.writes < 4) std::this_thread::yield();
  const auto before = base::AllocationCount();
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(pump->Put(results));
  while (store.writes < 504) std::this_thread::yield();
  EXPECT_EQ(base::AllocationCount(), before);
}

}  // namespace
}  // namespace batchsizer::runtime
