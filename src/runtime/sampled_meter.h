// A meter whose sensor is asked by a thread of its own at the sensor's pace, so
// that a spike in the middle of a long batch is seen.
//
// Readings wait in a ring until the controller drains them; when nobody does
// for long, the newest are dropped (the sensor guard then sees what is there).
// Thread safety: one thread drains; Info() from any thread.
#pragma once

#include <memory>
#include <thread>

#include "base/spsc_ring.h"
#include "batchsizer/power_meter.h"

namespace batchsizer::runtime {

class SampledMeter final : public PowerMeter {
 public:
  // REQUIRES: meter->Info().period > 0.
  explicit SampledMeter(std::unique_ptr<PowerMeter> meter);
  [[nodiscard]] const MeterInfo& Info() const override { return info_; }
  std::size_t Drain(std::span<PowerReading> out) override;

 private:
  void Sample(const std::stop_token& stop);

  std::unique_ptr<PowerMeter> meter_;
  const MeterInfo info_;
  base::SpscRing<PowerReading> ring_;
  std::jthread thread_;
};

}  // namespace batchsizer::runtime
