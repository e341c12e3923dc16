// How much of a plant's cores a batch size keeps at work.
//
// Thread safety: as the plant's.
#pragma once

#include "batchsizer/units.h"
#include "sim/plant.h"

namespace batchsizer::sim {

struct Utilisation {
  double mean = 0;     // over the whole batch, gaps included
  double highest = 0;  // mean over the plant's utilisation window, at most
};

// Of such batches one after the other. REQUIRES: what Plant::Batch requires.
[[nodiscard]] Utilisation UtilisationOf(Plant& plant, BatchSize batch, Megahertz clock);

}  // namespace batchsizer::sim
