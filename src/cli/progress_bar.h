// A bar for work of known length, on a terminal only:
//   photos [########------------] 4012/10000  93/s  1 min 4 s left
//
// Thread safety: thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "batchsizer/clock.h"

namespace batchsizer::cli {

class ProgressBar {
 public:
  // shown: whether there is a terminal for it (CanRewriteLine).
  ProgressBar(std::string_view what, int total, bool shown, const Clock& wall);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // One more is done.
  void Advance();

 private:
  std::string what_;
  int total_;
  bool shown_;
  const Clock& wall_;
  TimePoint start_;
  std::mutex mutex_;  // guards what follows
  TimePoint last_;
  int done_ = 0;
};

// Such a line; for ProgressBar and its test.
[[nodiscard]] std::string ProgressBarText(std::string_view what, int done, int total,
                                          double seconds);

}  // namespace batchsizer::cli
