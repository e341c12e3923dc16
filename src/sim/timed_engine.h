// An engine that computes nothing: time and power only, those of an emulated accelerator.
//
// Thread safety: one thread at a time.
#pragma once

#include <vector>

#include "batchsizer/engine.h"
#include "sim/emulated_accelerator.h"

namespace batchsizer::sim {

class TimedEngine final : public Engine {
 public:
  // ends: where the time of each batch's end is added; may be null. Both are borrowed.
  explicit TimedEngine(EmulatedAccelerator& accelerator, std::vector<TimePoint>* ends = nullptr)
      : accelerator_(accelerator), ends_(ends) {
    info_.device = accelerator.Info().name;
  }

  [[nodiscard]] const EngineInfo& Info() const override { return info_; }
  Status Prepare(BatchSize) override { return {}; }
  Result<OutputBatch> Run(const InputBatch& batch) override {
    accelerator_.Execute(batch.size);
    if (ends_ != nullptr) ends_->push_back(accelerator_.clock().Now());
    return OutputBatch{};
  }

 private:
  EmulatedAccelerator& accelerator_;
  std::vector<TimePoint>* ends_;
  EngineInfo info_;
};

}  // namespace batchsizer::sim
