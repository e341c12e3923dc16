// Work that falls into pieces which need nothing of each other, on several threads.
//
// Thread safety: free function without state.
#pragma once

#include <atomic>
#include <functional>

#include "batchsizer/result.h"

namespace batchsizer::runtime {

struct PiecesDone {
  int count = 0;
  Status status = {};  // the first error
};

// Calls work(piece) once for each of 0 to count - 1, in about that order, from up to
// `threads` threads at a time (at least one; fewer where the system gives no more). No piece is
// begun after an error or once stop is set; those begun are finished. REQUIRES: work may be called
// by several threads at once, and throws nothing.
[[nodiscard]] PiecesDone DoPieces(int count, int threads, const std::atomic<bool>& stop,
                                  const std::function<Status(int piece)>& work);

}  // namespace batchsizer::runtime
