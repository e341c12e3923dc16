// An engine that computes nothing: no scores, no time. For emulated devices
// whose outputs nobody wants (`--no-outputs`): time and power come from the
// device's model anyway.
//
// Thread safety: one thread at a time. Never fails.
#pragma once

#include "batchsizer/engine.h"
#include "batchsizer/result.h"

namespace batchsizer::flow {

class NoneEngine final : public Engine {
 public:
  // info: what to say of the model it stands for; classes becomes 0.
  explicit NoneEngine(EngineInfo info);

  [[nodiscard]] const EngineInfo& Info() const override { return info_; }
  Status Prepare(BatchSize largest) override;
  Result<OutputBatch> Run(const InputBatch& batch) override;

 private:
  EngineInfo info_;
};

}  // namespace batchsizer::flow
