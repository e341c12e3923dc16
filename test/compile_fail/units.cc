// Misuse of the unit types that must not compile: one case a macro. Without any
// of them the file compiles, so that a case fails for its own reason.
#include "batchsizer/units.h"

namespace batchsizer {

[[maybe_unused]] double Draw(Watts power) { return power.value(); }

[[maybe_unused]] double Control() {
  const Watts power(120.0);
  const Joules energy = power * FromSeconds(2.0);
  const Watts sum = power + energy / FromSeconds(1.0);
  return Draw(sum) + (sum / power) + static_cast<double>(BatchSize(8).value());
}

#if defined(WATTS_PLUS_JOULES)
const auto kSum = Watts(1.0) + Joules(1.0);
#elif defined(WATTS_BELOW_MEGAHERTZ)
const bool kBelow = Watts(1.0) < Megahertz(1.0);
#elif defined(WATTS_TIMES_WATTS)
const auto kSquare = Watts(2.0) * Watts(2.0);
#elif defined(DOUBLE_TO_WATTS)
const Watts kPower = 120.0;
#elif defined(DOUBLE_AS_ARGUMENT)
const double kDraw = Draw(120.0);
#elif defined(WATTS_TO_DOUBLE)
const double kValue = Watts(120.0);
#elif defined(JOULES_TO_WATTS)
const Watts kPower = Joules(1.0);
#elif defined(INT_TO_BATCH_SIZE)
const BatchSize kSize = 8;
#elif defined(DURATION_FROM_DOUBLE)
const Duration kSecond = 1.0;
#endif

}  // namespace batchsizer
