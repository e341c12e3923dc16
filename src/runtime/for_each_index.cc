#include "runtime/for_each_index.h"

#include <system_error>
#include <thread>
#include <vector>

#include "base/check.h"

namespace batchsizer::runtime {

void ForEachIndex(std::size_t count, int threads, const std::function<void(std::size_t)>& work,
                  const std::atomic<bool>& stop) {
  BATCHSIZER_CHECK(threads >= 1);
  std::atomic<std::size_t> next{0};
  const auto take = [&] {
    while (!stop.load(std::memory_order_relaxed)) {
      const std::size_t index = next.fetch_add(1);
      if (index >= count) return;
      work(index);
    }
  };
  std::vector<std::jthread> others;
  try {
    for (int i = 1; i < threads && static_cast<std::size_t>(i) < count; ++i) {
      others.emplace_back(take);
    }
  } catch (const std::system_error&) {  // then those that there are do it
  }
  take();
}

}  // namespace batchsizer::runtime
