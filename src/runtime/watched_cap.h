// A power cap that an outside controller writes into a file (--power-cap file:PATH).
//
// The file is watched; its latest good value holds from the next batch on. Missing or
// wrong, it keeps the cap as it is: control/cap_judge.h says what is told, and when.
//
// Thread safety: thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "batchsizer/clock.h"
#include "batchsizer/power_cap.h"
#include "control/cap_judge.h"
#include "runtime/source_watcher.h"

namespace batchsizer::runtime {

class WatchedCap final : public PowerCap {
 public:
  // max_power: of the device, where known. tell is called on a thread of our own.
  // Errors: when the file is missing or wrong at the start, naming it.
  [[nodiscard]] static Result<std::unique_ptr<WatchedCap>> Open(const std::string& path,
                                                                std::optional<Watts> max_power,
                                                                control::TellCapNews tell);

  [[nodiscard]] Watts At(TimePoint time) const override { return cap_.At(time); }
  // As SourceWatcher has it: a byte there reads the file again and tells the outcome.
  [[nodiscard]] int wake_descriptor() const { return watcher_->wake_descriptor(); }

 private:
  WatchedCap(std::string path, std::optional<Watts> max_power, Watts first,
             control::TellCapNews tell);

  std::optional<TimePoint> Look(bool asked);

  std::string path_;
  std::optional<Watts> max_power_;
  SteadyClock clock_;
  AdjustableCap cap_;
  control::CapJudge judge_;
  control::TellCapNews tell_;
  std::unique_ptr<SourceWatcher> watcher_;  // last: its thread uses all of the above
};

}  // namespace batchsizer::runtime
