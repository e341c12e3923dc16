// Time and power of a batch on an emulated device.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "batchsizer/units.h"
#include "sim/thermal.h"

namespace batchsizer::sim {

// One stretch of a batch with constant power.
struct Phase {
  Duration time{0};
  Watts power;
  double utilisation = 0.0;  // share of the device's cores at work, 0..1
};

struct PlantInfo {
  std::string name;               // "emulated:p40", "emulated:curve"
  std::vector<Megahertz> clocks;  // ascending, never empty
  Megahertz default_clock;
  BatchSize smallest;
  BatchSize largest;
  Watts idle_power;
  Watts max_power;
  Duration sensor_period{0};  // 0: the sensor gives one reading a batch
  // Averaging window of one reading, at most the period; 0: instantaneous.
  Duration sensor_window{0};
  // Averaging window of utilisation, as the driver gives it; 0: it has none.
  Duration utilisation_window{0};
  Thermal thermal;  // power of the phases is that at its reference temperature
};

// A pure function of batch size and clock; may cache.
// Thread safety: one thread at a time.
class Plant {
 public:
  virtual ~Plant() = default;
  [[nodiscard]] virtual const PlantInfo& Info() const = 0;
  // The phases of one batch, in order. Borrowed: valid until the next call.
  // REQUIRES: smallest <= batch_size <= largest; clock is one of Info().clocks.
  [[nodiscard]] virtual std::span<const Phase> Batch(BatchSize batch_size, Megahertz clock) = 0;
};

}  // namespace batchsizer::sim
