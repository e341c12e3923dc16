// Runs models with ONNX Runtime, on the CPU or on a CUDA device.
//
// One session for the engine's life: the batch size changes from run to run
// with nothing rebuilt. What inputs and outputs are supported: see
// flow/model/image_input.h.
//
// Inputs are read where they lie and scores written to buffers that Prepare
// makes: no run copies images (but those of a partial batch, where the batch axis
// is fixed) or allocates a buffer. ONNX Runtime wants a handle (three allocations,
// 216 bytes) for each place in memory and batch size; they are kept, up to 8,192,
// then all forgotten at once. So a run allocates nothing of ours once a batch of
// its size has begun at its place, as long as a caller's places times its sizes
// are no more than that; a caller that never comes back to a place pays for one
// handle a batch. What ONNX Runtime allocates for itself is its own.
//
// Thread safety: one thread at a time. ONNX Runtime has threads of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "batchsizer/engine.h"
#include "batchsizer/result.h"

namespace batchsizer::flow {

// Every field has an initializer so that callers can name the few they set.
struct OnnxEngineOptions {
  // The model: a file, or its bytes (read during creation only). Bytes win.
  std::string model_path = {};
  std::span<const std::byte> model_bytes = {};
  // What EngineInfo calls it; empty: the path.
  std::string model_name = {};
  // "cpu" or "cuda:N".
  std::string device = "cpu";
  // Threads inside one layer; 0: one for each CPU that this process may use.
  int threads = 0;
  // Fills an open height or width; 224 when not given.
  std::optional<int> image_size = {};
  // The order of the input, where its shape does not tell.
  std::optional<ImageLayout> layout = {};
  // Whether Prepare runs the smallest batch once (1, or a fixed one), so that the
  // first real batch is not much slower than the others.
  bool warm_up = true;
};

// One image and then two are run to learn what the model gives (a fixed batch
// once). Errors: kNotFound (no such file), kInvalidInput (not a model, bad
// option), kUnsupported (an input or output we cannot serve, a batch size fixed
// inside the graph, what this ONNX Runtime cannot load or run, unknown device),
// kUnavailable (no ONNX Runtime library, one without the device's provider, a
// device that fails), kOutOfMemory, kInternal.
[[nodiscard]] Result<std::unique_ptr<Engine>> CreateOnnxRuntimeEngine(
    const OnnxEngineOptions& options);

}  // namespace batchsizer::flow
