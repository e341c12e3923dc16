#include "control/sensor_guard.h"

#include <algorithm>
#include <cmath>

namespace batchsizer::control {

SensorGuard::SensorGuard(const MeterInfo& meter, TimePoint start)
    : period_(meter.period),
      max_power_(meter.max_power),
      repeats_exactly_(meter.repeats_exactly),
      last_reading_(start),
      repeated_(std::nan("")),
      repeated_since_(start) {}

std::optional<Reason> SensorGuard::WrongWith(Watts power) const {
  if (std::isnan(power.value())) return Reason::kSensorNan;
  if (power < Watts(0)) return Reason::kSensorNegative;
  const bool beyond_all =
      std::isinf(power.value()) || (max_power_ && power > kTooHighFactor * *max_power_);
  if (beyond_all) return Reason::kSensorTooHigh;
  return std::nullopt;
}

bool SensorGuard::Take(const PowerReading& reading) {
  last_reading_ = std::max(last_reading_, reading.time);
  silent_batches_ = 0;
  if (const auto wrong = WrongWith(reading.power)) {
    trouble_ = wrong;
    good_in_a_row_ = 0;
    return false;
  }
  WatchForRepeats(reading);
  ++good_in_a_row_;
  const bool curable = trouble_ && *trouble_ != Reason::kSensorStuck;
  if (curable && good_in_a_row_ >= kGoodToRecover) trouble_.reset();
  return true;
}

void SensorGuard::WatchForRepeats(const PowerReading& reading) {
  if (reading.power != repeated_) {
    repeated_ = reading.power;
    repeated_since_ = reading.time;
    load_changed_ = false;
    repeats_count_anew_ = false;
    if (trouble_ == Reason::kSensorStuck) trouble_.reset();
    return;
  }
  if (repeats_count_anew_) {
    repeated_since_ = reading.time;
    repeats_count_anew_ = false;
  }
  const bool long_enough = reading.time - repeated_since_ >= kStuckAfter;
  if (!repeats_exactly_ && load_changed_ && long_enough) trouble_ = Reason::kSensorStuck;
}

std::optional<Reason> SensorGuard::TroubleAt(TimePoint now) {
  const bool silent = period_ > Duration(0) ? now - last_reading_ > kSilentPeriods * period_
                                            : silent_batches_ >= kSilentPeriods;
  if (!trouble_ && silent) {
    trouble_ = Reason::kSensorSilent;
    good_in_a_row_ = 0;
  }
  return trouble_;
}

}  // namespace batchsizer::control
