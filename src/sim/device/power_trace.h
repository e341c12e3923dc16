// Power and utilisation over time of a plant that runs batches of one size, as its
// sensor would show them, and the figures of one batch. The board is as warm as it gets
// from such batches (make_curve.h).
//
// Thread safety: as the plant's.
#pragma once

#include <vector>

#include "batchsizer/units.h"
#include "sim/plant.h"

namespace batchsizer::sim {

struct PowerSample {
  Duration time{0};  // since the first batch began
  Watts power;
  double utilisation = 0;  // 0..1
};

// One sample a sensor period, each the mean over the sensor's window before it; of a
// plant whose sensor gives one reading a batch, one sample a batch: its highest power,
// its mean utilisation. Up to length. REQUIRES: what Plant::Batch requires.
[[nodiscard]] std::vector<PowerSample> TracePower(Plant& plant, BatchSize batch, Megahertz clock,
                                                  Duration length);

struct Utilisation {
  double mean = 0;     // over the whole batch, gaps included
  double highest = 0;  // mean over a sensor window, at most
};
// REQUIRES: what Plant::Batch requires.
[[nodiscard]] Utilisation UtilisationOf(Plant& plant, BatchSize batch, Megahertz clock);

}  // namespace batchsizer::sim
