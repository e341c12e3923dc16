// An engine whose time and power are emulated: outputs, if wanted, are really
// computed by an inner engine, while the virtual clock moves as the emulated
// device would have taken.
//
// Thread safety: one thread at a time.
#pragma once

#include "batchsizer/engine.h"
#include "sim/emulated_accelerator.h"

namespace batchsizer::sim {

class EmulatedEngine final : public Engine {
 public:
  // inner computes the outputs (or is an engine that gives none); wall, if given,
  // makes every batch take its emulated time for real, at least: what computing the
  // outputs takes longer is not made up for. All are borrowed and must outlive this.
  EmulatedEngine(Engine& inner, EmulatedAccelerator& accelerator, const Clock* wall = nullptr);

  [[nodiscard]] const EngineInfo& Info() const override { return info_; }
  Status Prepare(BatchSize largest) override { return inner_.Prepare(largest); }
  Result<OutputBatch> Run(const InputBatch& batch) override;

 private:
  Engine& inner_;
  EmulatedAccelerator& accelerator_;
  void Execute(BatchSize size);

  const Clock* wall_;
  TimePoint busy_until_;  // on the wall clock
  EngineInfo info_;
};

}  // namespace batchsizer::sim
