#include "sim/emulated_engine.h"

namespace batchsizer::sim {

EmulatedEngine::EmulatedEngine(Engine& inner, EmulatedAccelerator& accelerator)
    : inner_(inner), accelerator_(accelerator), info_(inner.Info()) {
  info_.device = accelerator.Info().name;
}

Result<OutputBatch> EmulatedEngine::Run(const InputBatch& batch) {
  auto output = inner_.Run(batch);
  // With a fixed batch axis the whole batch ran, padded.
  if (output) accelerator_.Execute(info_.fixed_batch_size.value_or(batch.size));
  return output;
}

}  // namespace batchsizer::sim
