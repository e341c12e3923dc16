#include "sim/device/utilisation.h"

#include <vector>

#include "sim/device/peak_power.h"

namespace batchsizer::sim {

Utilisation UtilisationOf(Plant& plant, BatchSize batch, Megahertz clock) {
  const auto own = plant.Batch(batch, clock);
  // With utilisation in the place of power, whose peak is then looked for.
  std::vector<Phase> phases(own.begin(), own.end());
  Duration total{0};
  for (Phase& phase : phases) {
    phase.power = Watts(phase.utilisation);
    total += phase.time;
  }
  return {PeakPower(phases, total).value(),
          PeakPower(phases, plant.Info().utilisation_window).value()};
}

}  // namespace batchsizer::sim
