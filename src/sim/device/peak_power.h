// Peak power of a batch that is run again and again: the true one, and the
// highest that a sensor with an averaging window can show.
//
// Thread safety: free functions without state.
#pragma once

#include <span>

#include "batchsizer/units.h"
#include "sim/plant.h"

namespace batchsizer::sim {

// The highest mean power over any stretch as long as window, the phases being
// repeated without end. window 0: the highest power of any phase.
// REQUIRES: phases not empty and longer than 0 together; window >= 0.
[[nodiscard]] Watts PeakPower(std::span<const Phase> phases, Duration window);

}  // namespace batchsizer::sim
