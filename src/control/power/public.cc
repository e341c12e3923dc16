// The public door to the meters: no choice of where they look.
#include "batchsizer/meters.h"
#include "control/power/open.h"

namespace batchsizer {

Result<std::unique_ptr<PowerMeter>> OpenPowerMeter(std::string_view spec, const Clock& clock) {
  return power::OpenPowerMeter(spec, clock, power::Machine{});
}

}  // namespace batchsizer
