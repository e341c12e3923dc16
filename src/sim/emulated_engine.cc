#include "sim/emulated_engine.h"

#include <algorithm>
#include <thread>

namespace batchsizer::sim {

EmulatedEngine::EmulatedEngine(Engine& inner, EmulatedAccelerator& accelerator, const Clock* wall)
    : inner_(inner), accelerator_(accelerator), wall_(wall), info_(inner.Info()) {
  info_.device = accelerator.Info().name;
}

Result<OutputBatch> EmulatedEngine::Run(const InputBatch& batch) {
  if (wall_ != nullptr) busy_until_ = wall_->Now();
  auto output = inner_.Run(batch);
  // With a fixed batch axis the whole batch ran, padded.
  if (output) Execute(info_.fixed_batch_size.value_or(batch.size));
  return output;
}

void EmulatedEngine::Execute(BatchSize size) {
  const TimePoint before = accelerator_.clock().Now();
  accelerator_.Execute(size);
  if (wall_ == nullptr) return;
  busy_until_ += accelerator_.clock().Now() - before;
  std::this_thread::sleep_for(busy_until_ - wall_->Now());
}

}  // namespace batchsizer::sim
