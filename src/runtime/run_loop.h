// The main loop: images in, batches of the controller's size through the
// engine, results out.
//
// It is the same loop for a folder of images on a GPU and for a curve on a
// virtual clock. An engine that runs out of memory has the largest batch size
// lowered, and the same images run again in smaller batches: nothing is lost,
// nothing comes twice.
//
// Thread safety: one thread runs the loop; stop may be set from anywhere.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "batchsizer/controller.h"
#include "batchsizer/engine.h"
#include "flow/batch/image_feeder.h"

namespace batchsizer::runtime {

// Images that are ready, as consecutive rows. Borrowed: valid until Release.
struct ReadyBatch {
  int rows = 0;                           // 0: the input is at its end
  const void* data = nullptr;             // null for a source without images
  std::span<const flow::RowInfo> images;  // which images; empty for such a source
};

class BatchSource {
 public:
  virtual ~BatchSource() = default;
  // Waits for up to `wanted` images; fewer at the end of the input or when it pauses,
  // none when it was told to stop. Asked again without a Release, it gives the same images.
  virtual ReadyBatch Take(int wanted) = 0;
  // Gives back the first rows of the last Take.
  virtual void Release(int rows) = 0;
};

class ResultSink {
 public:
  virtual ~ResultSink() = default;
  // batch_index counts the engine's runs from 0.
  virtual Status OnBatch(std::int64_t batch_index, const ReadyBatch& batch,
                         const OutputBatch& output) = 0;
};

struct RunParts {
  Engine* engine = nullptr;          // required
  BatchSource* source = nullptr;     // required
  Controller* controller = nullptr;  // required
  ResultSink* results = nullptr;     // optional
};

struct RunOutcome {
  std::int64_t images = 0;
  std::int64_t batches = 0;
  bool stopped = false;  // stop was set before the input's end
};

// Errors: the engine's, when it fails for another reason than memory or at the
// smallest batch size; the result sink's. The controller is finished either way.
[[nodiscard]] Result<RunOutcome> RunAll(const RunParts& parts, const std::atomic<bool>& stop);

}  // namespace batchsizer::runtime
