#include "sim/curve_plant.h"

namespace batchsizer::sim {

CurvePlant::CurvePlant(Curve curve, std::string name) : curve_(std::move(curve)) {
  info_.name = std::move(name);
  info_.clocks.assign(curve_.clocks().begin(), curve_.clocks().end());
  info_.default_clock = info_.clocks.back();
  info_.smallest = curve_.smallest();
  info_.largest = curve_.largest();
  // A curve says nothing of idle power; the least it knows is the nearest to it.
  info_.idle_power = curve_.lowest_power();
  info_.max_power = curve_.highest_power();
}

std::span<const Phase> CurvePlant::Batch(BatchSize batch_size, Megahertz clock) {
  const CurvePoint point = curve_.At(batch_size, clock);
  phase_[0].time = FromSeconds(batch_size.value() / point.throughput.value());
  phase_[0].power = point.power;
  phase_[0].utilisation = 1.0;
  return phase_;
}

}  // namespace batchsizer::sim
