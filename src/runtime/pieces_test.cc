#include "runtime/pieces.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

namespace batchsizer::runtime {
namespace {

const std::atomic<bool> kGoOn{false};

TEST(Pieces, AreEachDoneOnce) {
  std::vector<std::atomic<int>> calls(500);
  const auto done = DoPieces(500, 4, kGoOn, [&](int piece) -> Status {
    ++calls[static_cast<std::size_t>(piece)];
    return {};
  });
  EXPECT_TRUE(done.status);
  EXPECT_EQ(done.count, 500);
  for (const auto& count : calls) EXPECT_EQ(count.load(), 1);
}

TEST(Pieces, AreDoneByTheCallerWhereTheSystemGivesNoThreads) {
  pthread_attr_t usual;
  ASSERT_EQ(pthread_getattr_default_np(&usual), 0);
  pthread_attr_t huge = usual;
  ASSERT_EQ(pthread_attr_setstacksize(&huge, std::size_t{1} << 60U), 0);
  ASSERT_EQ(pthread_setattr_default_np(&huge), 0);
  EXPECT_THROW(std::jthread([] {}), std::system_error);
  int calls = 0;  // on one thread alone
  const auto done = DoPieces(5, 4, kGoOn, [&](int) -> Status {
    ++calls;
    return {};
  });
  ASSERT_EQ(pthread_setattr_default_np(&usual), 0);
  EXPECT_TRUE(done.status);
  EXPECT_EQ(done.count, 5);
  EXPECT_EQ(calls, 5);
}

TEST(Pieces, AreDoneByTheCallerWhereOneThreadIsAllowed) {
  std::vector<int> order;
  std::set<std::thread::id> threads;
  const auto done = DoPieces(5, 1, kGoOn, [&](int piece) -> Status {
    order.push_back(piece);
    threads.insert(std::this_thread::get_id());
    return {};
  });
  EXPECT_EQ(done.count, 5);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(threads, std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST(Pieces, AreDoneBySeveralThreads) {
  std::mutex mutex;
  std::set<std::thread::id> threads;
  std::atomic<int> waiting{0};
  const auto done = DoPieces(3, 3, kGoOn, [&](int) -> Status {
    // None goes on before all three are here.
    for (++waiting; waiting.load() < 3;) std::this_thread::yield();
    const std::lock_guard lock(mutex);
    threads.insert(std::this_thread::get_id());
    return {};
  });
  EXPECT_EQ(done.count, 3);
  EXPECT_EQ(threads.size(), 3);
}

TEST(Pieces, EndAtTheFirstError) {
  std::vector<int> begun;
  const auto done = DoPieces(100, 1, kGoOn, [&](int piece) -> Status {
    begun.push_back(piece);
    if (piece < 7) return {};
    return MakeError(ErrorCode::kIo, "piece 7");
  });
  ASSERT_FALSE(done.status);
  EXPECT_EQ(done.status.error().message, "piece 7");
  EXPECT_EQ(done.count, 7);
  EXPECT_EQ(begun.size(), 8);
}

TEST(Pieces, AreNotBegunOnceAskedToStop) {
  std::atomic<bool> stop{false};
  const auto done = DoPieces(100, 1, stop, [&](int piece) -> Status {
    if (piece == 4) stop = true;
    return {};
  });
  EXPECT_TRUE(done.status);
  EXPECT_EQ(done.count, 5);
}

TEST(Pieces, MayBeNone) {
  EXPECT_EQ(DoPieces(0, 4, kGoOn, [](int) -> Status { return {}; }).count, 0);
}

}  // namespace
}  // namespace batchsizer::runtime
