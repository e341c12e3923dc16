// What a run says while it runs: one line that is rewritten on a terminal; when
// piped, a plain line for each change of the setting.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>

#include "batchsizer/clock.h"
#include "batchsizer/record.h"

namespace batchsizer::cli {

struct ProgressOptions {
  bool rewrite_line = false;  // stderr is a terminal that can
  bool quiet = false;         // notices only
  bool verbose = false;       // a line for every window
  std::function<std::int64_t()> total_images = {};  // known so far; may be empty
  bool emulated = false;
};

class Progress {
 public:
  // wall: paces the rewriting, whatever the accelerator's time base.
  Progress(const ProgressOptions& options, TimePoint start, const Clock& wall);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void OnWindow(const WindowRecord& record);
  void OnNotice(const Notice& notice);
  // One image could not be used: it is done with, too.
  void OnFailure() { ++failed_; }
  // Takes the rewritten line away; other output follows.
  void Finish();

 private:
  void Rewrite(const WindowRecord& record);
  void PrintPlain(const WindowRecord& record) const;

  ProgressOptions options_;
  TimePoint start_;
  const Clock& wall_;
  TimePoint last_rewrite_;
  std::int64_t images_ = 0;
  std::int64_t failed_ = 0;
};

// Whether stderr is a terminal on which a line can be rewritten (TERM=dumb is not).
[[nodiscard]] bool CanRewriteLine();

}  // namespace batchsizer::cli
