#include "runtime/pieces.h"

#include <algorithm>
#include <cstddef>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace batchsizer::runtime {

PiecesDone DoPieces(int count, int threads, const std::atomic<bool>& stop,
                    const std::function<Status(int piece)>& work) {
  std::atomic<int> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;  // guards done
  PiecesDone done;
  const auto run = [&] {
    while (!stop.load() && !failed.load()) {
      const int piece = next.fetch_add(1);
      if (piece >= count) return;
      Status status = work(piece);
      const std::lock_guard lock(mutex);
      if (status) ++done.count;
      if (!status && !failed.exchange(true)) done.status = std::move(status);
    }
  };
  {
    std::vector<std::jthread> others;
    try {
      for (int i = 1; i < std::min(threads, count); ++i) others.emplace_back(run);
    } catch (const std::system_error&) {
      // The system gives no more threads: those that there are do it all.
    }
    run();
  }
  return done;
}

}  // namespace batchsizer::runtime
