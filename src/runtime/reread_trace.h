// A cap trace that can be read again while a run goes on (--power-cap trace:FILE).
//
// Times stay counted from the run's start. A trace that has become wrong keeps the old
// one. Reading the cap neither locks nor allocates; traces of before are kept until the
// end, because nobody knows when the reader is done with them.
//
// Thread safety: one thread asks for the cap; anything may write to the descriptor.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "batchsizer/power_cap.h"
#include "control/cap_judge.h"
#include "runtime/source_watcher.h"

namespace batchsizer::runtime {

class RereadTrace final : public PowerCap {
 public:
  // steps: what the file held at first. tell is called on a thread of our own.
  // Errors: those of SteppedCap::Create and SourceWatcher::Start.
  [[nodiscard]] static Result<std::unique_ptr<RereadTrace>> Create(
      const std::string& path, std::vector<SteppedCap::Step> steps, TimePoint start,
      control::TellCapNews tell);

  [[nodiscard]] Watts At(TimePoint time) const override;
  [[nodiscard]] TimePoint HoldsUntil(TimePoint time) const override;
  // As SourceWatcher has it.
  [[nodiscard]] int wake_descriptor() const { return watcher_->wake_descriptor(); }

 private:
  RereadTrace(std::string path, SteppedCap first, TimePoint start, control::TellCapNews tell);

  void Read();
  Status Replace();

  std::string path_;
  TimePoint start_;
  control::TellCapNews tell_;
  std::vector<std::unique_ptr<SteppedCap>> versions_;  // the watcher's, once it runs
  std::atomic<const SteppedCap*> current_;
  std::unique_ptr<SourceWatcher> watcher_;  // last: its thread uses all of the above
};

}  // namespace batchsizer::runtime
