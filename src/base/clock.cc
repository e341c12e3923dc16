#include "batchsizer/clock.h"

namespace batchsizer {

TimePoint SteadyClock::Now() const {
  const auto since_epoch = std::chrono::steady_clock::now().time_since_epoch();
  return TimePoint(std::chrono::duration_cast<Duration>(since_epoch));
}

}  // namespace batchsizer
