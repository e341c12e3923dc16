// Where power readings come from.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "batchsizer/units.h"

namespace batchsizer {

// One sensor reading. power may be anything a broken sensor gives (NaN,
// negative, absurd): the controller's sensor guard judges it, not the meter.
struct PowerReading {
  TimePoint time;  // when the reading was taken, on the accelerator's time base
  Watts power;
};

// How far a reading can be trusted to be a measurement.
enum class PowerSource {
  kMeasured,   // a hardware sensor of this machine
  kEstimated,  // a model fed by something else (CPU time, say): always labelled
  kReplayed,   // a recorded log
  kEmulated,   // an emulated accelerator
};

// What a meter is. A plain value.
struct MeterInfo {
  std::string name = {};  // "rapl:package-0", "hwmon:amdgpu", "emulated:p40", ...
  PowerSource source = PowerSource::kMeasured;
  // How often the sensor has something new. Zero: one reading a batch, no
  // period of its own, so silence is not judged by time.
  Duration period{0};
  // One reading is the mean over so long before its time. Zero: instantaneous.
  Duration averaging{0};
  // The most the device can draw, where known: readings above 3 x this are lies.
  std::optional<Watts> max_power = {};
  // A noise-free model repeats its readings to the bit; a real sensor that does
  // so for seconds under changing load is stuck.
  bool repeats_exactly = false;
};

// Hands out readings in the order they were taken, each exactly once.
// Thread safety: one thread drains; Info() from any thread.
class PowerMeter {
 public:
  virtual ~PowerMeter() = default;
  // The same for the meter's whole life.
  [[nodiscard]] virtual const MeterInfo& Info() const = 0;
  // Copies the readings taken since the last call, oldest first, at most
  // out.size(); what did not fit comes with the next call. Returns how many.
  // Never blocks for long, never allocates. A sensor that fails gives none.
  virtual std::size_t Drain(std::span<PowerReading> out) = 0;
};

}  // namespace batchsizer
