// How many threads decode: as many as the engine needs, and no more, since what they
// take beyond that is taken from an engine on the same CPU.
//
// The law: a batch that had to wait for its images doubles the threads, up to the
// most there are; after kCalm batches in a row that found the queue full, one thread
// less. It starts with all: at first the queue is empty.
//
// Thread safety: thread-compatible, no clock, no I/O.
#pragma once

#include <algorithm>

namespace batchsizer::flow {

class DecodeGovernor {
 public:
  static constexpr int kCalm = 16;

  // REQUIRES: 1 <= least <= most. Equal ones: a fixed number.
  DecodeGovernor(int least, int most) : least_(least), most_(most), active_(most) {}

  // One batch was taken; had_to_wait: for images that were listed already, not for
  // the list; queue_full: there was no room for more.
  void OnBatch(bool had_to_wait, bool queue_full) {
    if (had_to_wait) {
      active_ = std::min(most_, active_ * 2);
      calm_ = 0;
    } else if (!queue_full) {
      calm_ = 0;
    } else if (++calm_ >= kCalm) {
      active_ = std::max(least_, active_ - 1);
      calm_ = 0;
    }
  }
  [[nodiscard]] int active() const { return active_; }
  [[nodiscard]] int most() const { return most_; }

 private:
  int least_;
  int most_;
  int active_;
  int calm_ = 0;
};

}  // namespace batchsizer::flow
