// Power and utilisation over time of an emulated accelerator that runs batches of one
// size, as its sensor and its driver show them.
//
// Thread safety: as the accelerator's.
#pragma once

#include <vector>

#include "batchsizer/units.h"
#include "sim/emulated_accelerator.h"

namespace batchsizer::sim {

struct PowerSample {
  Duration time{0};  // since the first batch began
  Watts power;       // the sensor's reading
  // 0..1: mean over the plant's utilisation window before it, or where that is 0, since
  // the sample before.
  double utilisation = 0;
};

// Runs batches at the accelerator's clock for so long: a sample a reading, but for one that
// shows what was before, too. Readings that nobody has drained are lost. REQUIRES: a batch size
// that the plant can run.
[[nodiscard]] std::vector<PowerSample> TracePower(EmulatedAccelerator& accelerator, BatchSize batch,
                                                  Duration length);

}  // namespace batchsizer::sim
