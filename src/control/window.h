// Adds up the batches and readings between two decisions.
//
// Thread safety: plain value.
#pragma once

#include "batchsizer/policy.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/record.h"

namespace batchsizer::control {

class Window {
 public:
  // Opens at start with the setting and cap in force.
  Window(TimePoint start, const Setting& setting, Watts cap);

  void AddBatch(int images);
  struct Reading {
    Watts power;
    Duration stands_for{0};     // the time since the reading before
    Joules excess;              // integral of max(0, power - cap) over that time
    bool reaches_back = false;  // it averages over a time before the window
  };
  void AddReading(const Reading& reading);
  void AddBadReading() { ++record_.bad_readings; }

  [[nodiscard]] int batches() const { return record_.batches; }
  [[nodiscard]] TimePoint start() const { return record_.start; }
  // Readings of this window's setting alone.
  [[nodiscard]] int own_readings() const { return own_readings_; }
  [[nodiscard]] Watts cap() const { return record_.cap; }
  [[nodiscard]] bool AboveCap() const { return own_peak_ && *own_peak_ > record_.cap; }

  // The record so far, with everything but the decision filled in. cap: what
  // the window is judged against.
  [[nodiscard]] WindowRecord Close(TimePoint end, Watts cap) const;
  // What a policy is shown of a closed window. One without a batch has no reading.
  [[nodiscard]] Observation Observe(const WindowRecord& closed, Watts cap_now,
                                    BatchSize largest) const;

 private:
  WindowRecord record_;
  Watts sum_;
  Joules energy_of_readings_;
  Duration covered_{0};
  std::optional<Watts> own_peak_;
  Watts own_sum_;
  int own_readings_ = 0;
};

}  // namespace batchsizer::control
