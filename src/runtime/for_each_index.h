// The same work for many things at once, on a few threads.
//
// Thread safety: free functions without state.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace batchsizer::runtime {

// Calls work(0) .. work(count - 1), each once, in no order, on up to `threads`
// threads (the caller's is one of them) and returns when all are done. Once stop is
// set no further one is begun. Where the system has no thread left, fewer do.
// REQUIRES: threads >= 1; work throws nothing and may be called at the same time.
void ForEachIndex(std::size_t count, int threads, const std::function<void(std::size_t)>& work,
                  const std::atomic<bool>& stop);

}  // namespace batchsizer::runtime
