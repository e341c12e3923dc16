// What the tests of the emulation share.
//
// Thread safety: one thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <span>

#include "sim/plant.h"

namespace batchsizer::sim {

// A plant whose batches, of whatever size, are a gap of 30 ms at 50 W and 10 ms of work at
// 150 W, with 80 % of the cores.
class GapAndWork final : public Plant {
 public:
  struct Windows {
    Duration period{0};       // the sensor's
    Duration sensor{0};       // what its readings are the mean over
    Duration utilisation{0};  // and what utilisation is
  };
  explicit GapAndWork(const Windows& windows) {
    info_.clocks = {Megahertz(1000)};
    info_.default_clock = Megahertz(1000);
    info_.largest = BatchSize(8);
    info_.sensor_period = windows.period;
    info_.sensor_window = windows.sensor;
    info_.utilisation_window = windows.utilisation;
  }
  [[nodiscard]] const PlantInfo& Info() const override { return info_; }
  [[nodiscard]] std::span<const Phase> Batch(BatchSize, Megahertz) override { return phases_; }

 private:
  PlantInfo info_;
  std::array<Phase, 2> phases_{{{std::chrono::milliseconds(30), Watts(50), 0.0},
                                {std::chrono::milliseconds(10), Watts(150), 0.8}}};
};

}  // namespace batchsizer::sim
