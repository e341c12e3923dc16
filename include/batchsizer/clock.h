// Time as a collaborator: production reads the steady clock, tests and emulated
// accelerators push a virtual one. No code of the library reads time otherwise.
#pragma once

#include <atomic>
#include <cstdint>

#include "batchsizer/units.h"

namespace batchsizer {

// Thread safety: implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Never goes back.
  [[nodiscard]] virtual TimePoint Now() const = 0;
};

// std::chrono::steady_clock. Immutable.
class SteadyClock final : public Clock {
 public:
  [[nodiscard]] TimePoint Now() const override;
};

// Time that moves only when told to. Starts at 0.
class VirtualClock final : public Clock {
 public:
  [[nodiscard]] TimePoint Now() const override {
    return TimePoint(Duration(now_ns_.load(std::memory_order_acquire)));
  }
  // REQUIRES: d >= 0; one thread at a time moves the clock.
  void Advance(Duration d) {
    now_ns_.store(now_ns_.load(std::memory_order_relaxed) + d.count(), std::memory_order_release);
  }

 private:
  std::atomic<std::int64_t> now_ns_{0};
};

}  // namespace batchsizer
