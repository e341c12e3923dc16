// Judges a power sensor: may its readings be believed?
//
// Design, safety rule 2: no reading for 3 sensor periods, not a number,
// negative, above 3 x the device's maximum, or the same to the bit for 5 s
// after the load changed: not to be believed. Believed again after
// kGoodToRecover good readings in a row.
//
// Pure: readings and times in, a verdict out. Thread safety: plain value.
#pragma once

#include <optional>

#include "batchsizer/policy.h"
#include "batchsizer/power_meter.h"

namespace batchsizer::control {

class SensorGuard {
 public:
  static constexpr int kGoodToRecover = 3;
  static constexpr int kSilentPeriods = 3;
  static constexpr double kTooHighFactor = 3.0;
  static constexpr Duration kStuckAfter = std::chrono::seconds(5);

  // start: silence is counted from here until the first reading.
  SensorGuard(const MeterInfo& meter, TimePoint start);

  // Takes one reading; returns whether it is good by itself.
  bool Take(const PowerReading& reading);
  // Tells that batches of another size or another clock run from now on.
  void LoadChanged() {
    repeats_count_anew_ = repeats_count_anew_ || !load_changed_;
    load_changed_ = true;
  }
  // For a sensor that gives one reading a batch: a batch without one.
  void BatchWithoutReading() { ++silent_batches_; }
  // The trouble at this moment, if any; call after the readings were taken.
  [[nodiscard]] std::optional<Reason> TroubleAt(TimePoint now);

 private:
  [[nodiscard]] std::optional<Reason> WrongWith(Watts power) const;
  void WatchForRepeats(const PowerReading& reading);

  Duration period_;
  std::optional<Watts> max_power_;
  bool repeats_exactly_;
  TimePoint last_reading_;
  std::optional<Reason> trouble_;
  int good_in_a_row_ = 0;
  Watts repeated_;
  TimePoint repeated_since_;
  bool load_changed_ = false;
  // The load changed: how long the value stood still before proves nothing.
  bool repeats_count_anew_ = false;
  int silent_batches_ = 0;
};

}  // namespace batchsizer::control
