// What a run says while it runs: one line that is rewritten on a terminal; when
// piped, a plain line for each change of the setting.
//
// Thread safety: that of Display.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "batchsizer/clock.h"
#include "batchsizer/record.h"
#include "cli/display.h"

namespace batchsizer::cli {

struct ProgressOptions {
  bool rewrite_line = false;  // stderr is a terminal that can
  bool quiet = false;         // notices only
  bool verbose = false;       // a line for every window
  bool emulated = false;
  std::function<PipelineStatus()> status = {};  // needed by the rewritten line only
};

class Progress final : public Display {
 public:
  // wall: paces the rewriting, whatever the accelerator's time base.
  Progress(const ProgressOptions& options, TimePoint start, const Clock& wall);
  ~Progress() override;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void OnWindow(const WindowRecord& record) override;
  void OnNotice(const Notice& notice) override;
  void OnFailure() override { failed_.fetch_add(1, std::memory_order_relaxed); }
  void Finish() override;

 private:
  void Rewrite(const WindowRecord& record);
  void PrintPlain(const WindowRecord& record) const;

  ProgressOptions options_;
  TimePoint start_;
  const Clock& wall_;
  TimePoint last_rewrite_;
  std::int64_t images_ = 0;
  std::atomic<std::int64_t> failed_{0};
};

// Whether stderr is a terminal on which a line can be rewritten (TERM=dumb is not).
[[nodiscard]] bool CanRewriteLine();

}  // namespace batchsizer::cli
