// A plant from a measured curve: a batch of b at clock f takes b / throughput
// seconds at the curve's power; its sensor gives one reading a batch.
#pragma once

#include <array>

#include "sim/curve.h"
#include "sim/plant.h"

namespace batchsizer::sim {

class CurvePlant final : public Plant {
 public:
  CurvePlant(Curve curve, std::string name);
  [[nodiscard]] const PlantInfo& Info() const override { return info_; }
  [[nodiscard]] std::span<const Phase> Batch(BatchSize batch_size, Megahertz clock) override;

 private:
  Curve curve_;
  PlantInfo info_;
  std::array<Phase, 1> phase_;
};

}  // namespace batchsizer::sim
