#include "runtime/run_loop.h"

#include <algorithm>

#include "base/check.h"

namespace batchsizer::runtime {
namespace {

class Loop {
 public:
  explicit Loop(const RunParts& parts) : parts_(parts) {}

  Result<RunOutcome> Run(const std::atomic<bool>& stop) {
    while (!stop.load(std::memory_order_relaxed)) {
      const ReadyBatch batch = TakeBatch();
      // At the input's end, or because the wait for it was cut short.
      if (batch.rows == 0) break;
      if (auto ok = RunBatch(batch); !ok) return tl::unexpected(ok.error());
    }
    outcome_.stopped = stop.load(std::memory_order_relaxed);
    return outcome_;
  }

 private:
  // Images may be long in coming, and the cap may move meanwhile: this very batch
  // obeys it. What was taken and not released comes again, as many as are asked for.
  ReadyBatch TakeBatch() {
    ReadyBatch batch = parts_.source->Take(parts_.controller->batch_size().value());
    while (batch.rows > 0 && parts_.controller->CapMoved()) {
      batch = parts_.source->Take(parts_.controller->batch_size().value());
    }
    return batch;
  }

  Status RunBatch(const ReadyBatch& batch) {
    const BatchSize size(batch.rows);
    auto output = parts_.engine->Run({batch.data, size});
    if (!output) return HandleFailure(output.error(), size);
    // The result is out of the engine before the controller acts on it.
    if (parts_.results != nullptr) {
      auto written = parts_.results->OnBatch(outcome_.batches, batch, *output);
      if (!written) return written;
    }
    parts_.source->Release(batch.rows);
    ++outcome_.batches;
    outcome_.images += batch.rows;
    parts_.controller->BatchDone(batch.rows);
    return {};
  }

  // The rows were not released: the next Take gives them again, fewer at a time.
  Status HandleFailure(const Error& error, BatchSize size) {
    const bool memory = error.code == ErrorCode::kOutOfMemory;
    if (memory && parts_.controller->OutOfMemoryAt(size)) return {};
    return tl::unexpected(error);
  }

  RunParts parts_;
  RunOutcome outcome_;
};

}  // namespace

Result<RunOutcome> RunAll(const RunParts& parts, const std::atomic<bool>& stop) {
  BATCHSIZER_CHECK(parts.engine != nullptr && parts.source != nullptr &&
                   parts.controller != nullptr);
  auto outcome = Loop(parts).Run(stop);
  parts.controller->Finish();
  return outcome;
}

}  // namespace batchsizer::runtime
