// Where the power cap comes from. It is the outside world's: it may move at any
// time, and the next batch obeys.
#pragma once

#include <atomic>
#include <vector>

#include "batchsizer/result.h"
#include "batchsizer/units.h"

namespace batchsizer {

// The cap in force at each moment.
class PowerCap {
 public:
  virtual ~PowerCap() = default;
  // The cap at a moment of the accelerator's time base. Never blocks, never
  // allocates. Thread safety: as the implementation says.
  [[nodiscard]] virtual Watts At(TimePoint time) const = 0;
  // Until when the cap of that moment holds, as far as is known beforehand; later
  // than time. A cap that anyone may change at any time knows of no end.
  [[nodiscard]] virtual TimePoint HoldsUntil(TimePoint /*time*/) const { return TimePoint::max(); }
};

// A number that any thread may change at any time. Thread-safe.
class AdjustableCap final : public PowerCap {
 public:
  // REQUIRES: cap > 0.
  explicit AdjustableCap(Watts cap) : cap_w_(cap.value()) {}
  // REQUIRES: cap > 0.
  void Set(Watts cap) { cap_w_.store(cap.value(), std::memory_order_relaxed); }
  [[nodiscard]] Watts At(TimePoint) const override {
    return Watts(cap_w_.load(std::memory_order_relaxed));
  }

 private:
  std::atomic<double> cap_w_;
};

// A cap over time, counted from start: each step holds from its time on.
// Immutable but for a cursor that makes At() O(1) when time moves forward: one
// thread at a time.
class SteppedCap final : public PowerCap {
 public:
  // One stretch of the cap; from counts from the start.
  struct Step {
    Duration from{0};
    Watts cap;
  };
  // Errors: kInvalidInput when there is no step, the first is not at 0, times
  // do not ascend, or a cap is not above zero.
  [[nodiscard]] static Result<SteppedCap> Create(std::vector<Step> steps, TimePoint start);
  [[nodiscard]] Watts At(TimePoint time) const override;
  [[nodiscard]] TimePoint HoldsUntil(TimePoint time) const override;
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }

 private:
  SteppedCap(std::vector<Step> steps, TimePoint start) : steps_(std::move(steps)), start_(start) {}

  [[nodiscard]] std::size_t IndexAt(TimePoint time) const;

  std::vector<Step> steps_;
  TimePoint start_;
  mutable std::size_t cursor_ = 0;
};

}  // namespace batchsizer
