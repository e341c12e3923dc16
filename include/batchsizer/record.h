// The one stream of records: the trace, the progress line, the summary and the
// report are all made from these values, so they cannot disagree.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "batchsizer/policy.h"
#include "batchsizer/units.h"

namespace batchsizer {

// One window and the decision at its end. A plain value.
struct WindowRecord {
  TimePoint start;
  TimePoint end;
  std::int64_t images = 0;
  int batches = 0;
  Setting setting;  // used in the window
  // Good readings only; empty when there was none.
  std::optional<Watts> peak_power;
  std::optional<Watts> mean_power;
  // Emulation only: the highest power that the device really drew.
  std::optional<Watts> true_peak_power;
  Watts cap;
  ImagesPerSecond throughput;
  Joules energy;
  Joules excess_energy;  // integral of max(0, power - cap)
  int readings = 0;
  int bad_readings = 0;
  Decision decision;  // for the next window
};

// What a notice is about.
enum class NoticeKind {
  kSafeEntered,    // power cannot be known; text says why
  kSafeLeft,       // readings are good again
  kCapImpossible,  // the smallest setting is above the cap
  kCapMet,         // the cap can be met again
  kBatchLimited,   // the engine ran out of memory: the largest batch size fell
  kKnobFailed,     // the clock could not be set
};

// Something worth a sentence, said once when it begins. text is borrowed:
// valid during the call.
struct Notice {
  NoticeKind kind = NoticeKind::kSafeEntered;
  TimePoint time;
  std::string_view text;
};

// Thread safety: called by the thread that runs batches, one call at a time.
// OnWindow may not block for long; it is called once a window, not once a batch.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // A window has ended, and this was decided.
  virtual void OnWindow(const WindowRecord& record) = 0;
  // Something began or ended that deserves a sentence.
  virtual void OnNotice(const Notice& notice) = 0;
};

}  // namespace batchsizer
