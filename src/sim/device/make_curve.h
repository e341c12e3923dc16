// The curve of a plant: throughput and peak power over batch size and clock, the
// board as warm as it gets from such batches.
//
// Errors: kInvalidInput for a batch size the plant cannot run.
// Thread safety: as the plant's.
#pragma once

#include <span>
#include <vector>

#include "batchsizer/policies.h"
#include "batchsizer/result.h"
#include "batchsizer/units.h"
#include "sim/plant.h"

namespace batchsizer::sim {

enum class PeakKind {
  kTrue,      // the highest power of any phase
  kObserved,  // the highest that the plant's sensor can show: mean over its window
};

// Batches of each size, one after the other, at every clock of the plant: clocks
// ascending, batch sizes in the order given within each clock.
[[nodiscard]] Result<std::vector<CurvePoint>> MakeCurve(Plant& plant,
                                                        std::span<const BatchSize> batch_sizes,
                                                        PeakKind peak);

// The same for one pair. REQUIRES: what Plant::Batch requires.
[[nodiscard]] CurvePoint PointOf(Plant& plant, BatchSize batch, Megahertz clock, PeakKind peak);

// What the temperature adds to the power of such a batch once the board has run many.
[[nodiscard]] Watts LeakageAtRest(const Thermal& thermal, std::span<const Phase> phases);

}  // namespace batchsizer::sim
