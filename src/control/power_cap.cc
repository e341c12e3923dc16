#include "batchsizer/power_cap.h"

#include <fmt/format.h>

namespace batchsizer {

Result<SteppedCap> SteppedCap::Create(std::vector<Step> steps, TimePoint start) {
  if (steps.empty()) {
    return MakeError(ErrorCode::kInvalidInput, "cap trace: there is no step; give at least one");
  }
  if (steps.front().from != Duration(0)) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("cap trace: the first step is at {} s; it must be at 0, so that "
                                 "there is a cap from the start",
                                 ToSeconds(steps.front().from)));
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!(steps[i].cap > Watts(0))) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("cap trace: step {}: {} W is not a cap; it must be above 0",
                                   i + 1, steps[i].cap.value()));
    }
    if (i > 0 && steps[i].from <= steps[i - 1].from) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("cap trace: step {}: time {} s is not after {} s; times must "
                                   "ascend",
                                   i + 1, ToSeconds(steps[i].from), ToSeconds(steps[i - 1].from)));
    }
  }
  return SteppedCap(std::move(steps), start);
}

std::size_t SteppedCap::IndexAt(TimePoint time) const {
  const Duration since = time - start_;
  if (since < steps_[cursor_].from) cursor_ = 0;
  while (cursor_ + 1 < steps_.size() && steps_[cursor_ + 1].from <= since) ++cursor_;
  return cursor_;
}

Watts SteppedCap::At(TimePoint time) const { return steps_[IndexAt(time)].cap; }

TimePoint SteppedCap::HoldsUntil(TimePoint time) const {
  const std::size_t next = IndexAt(time) + 1;
  return next < steps_.size() ? start_ + steps_[next].from : TimePoint::max();
}

}  // namespace batchsizer
