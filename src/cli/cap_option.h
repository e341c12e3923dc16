// --power-cap: a number of watts, a percentage of the device's maximum, a file that
// somebody rewrites, or a trace file.
//
// Thread safety: free functions without state; a CapSource is one thread's at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "batchsizer/power_cap.h"
#include "control/cap_judge.h"

namespace batchsizer::cli {

// The cap over time that a text asks for; a fixed cap is one step from 0 on.
// max_power: of the device, where known. Errors: kInvalidInput, kUnsupported (a
// watched file too); those of the trace file.
[[nodiscard]] Result<std::vector<SteppedCap::Step>> ParsePowerCap(const std::string& text,
                                                                  std::optional<Watts> max_power);

// Whether the text names a source that SIGHUP reads again: a watched file or a trace.
[[nodiscard]] bool CanBeReadAgain(const std::string& power_cap);

// The cap of a run in real time.
class CapSource {
 public:
  // Reads what the text names. tell: of a source that changes, on a thread of its own.
  // Errors: as ParsePowerCap; a watched file that is missing or wrong.
  [[nodiscard]] static Result<CapSource> Open(const std::string& text,
                                              std::optional<Watts> max_power,
                                              control::TellCapNews tell);
  // From here on times count. REQUIRES: called once.
  Status Start(TimePoint start);
  // REQUIRES: started.
  [[nodiscard]] const PowerCap& cap() const { return *cap_; }
  // Eight bytes written there read the source again; -1: it cannot be.
  [[nodiscard]] int wake_descriptor() const { return wake_descriptor_; }

 private:
  CapSource() = default;

  std::string trace_path_;  // empty: no trace
  std::vector<SteppedCap::Step> steps_;
  control::TellCapNews tell_;
  std::unique_ptr<PowerCap> cap_;
  int wake_descriptor_ = -1;
};

}  // namespace batchsizer::cli
