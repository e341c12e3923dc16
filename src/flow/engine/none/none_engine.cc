#include "flow/engine/none/none_engine.h"

#include <utility>

namespace batchsizer::flow {

NoneEngine::NoneEngine(EngineInfo info) : info_(std::move(info)) { info_.classes = 0; }

Status NoneEngine::Prepare(BatchSize /*largest*/) { return {}; }

Result<OutputBatch> NoneEngine::Run(const InputBatch& /*batch*/) { return OutputBatch{}; }

}  // namespace batchsizer::flow
