// What a loaded model takes and gives: its inputs, the tensor of images that it
// is handed, and the output that scores them.
//
// Includes no vendor header; for the .cc files of this folder. Functions without
// a Result throw what ONNX Runtime throws.
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "batchsizer/engine.h"
#include "batchsizer/result.h"
#include "flow/model/image_input.h"
#include "flow/model/tensor_info.h"

namespace Ort {
struct MemoryInfo;
struct Session;
struct Value;
}  // namespace Ort

namespace batchsizer::flow {

// Those without a default.
[[nodiscard]] std::vector<TensorInfo> InputsOf(const Ort::Session& session);

// A handle to batch images at data, which stays the caller's.
[[nodiscard]] Ort::Value ImageTensor(const Ort::MemoryInfo& host, const InputSpec& spec,
                                     const void* data, int batch);

struct FreeMemory {
  void operator()(void* memory) const { std::free(memory); }
};
// batch images of zeros, to be read only: large ones take next to no memory.
[[nodiscard]] std::unique_ptr<void, FreeMemory> EmptyImages(const InputSpec& spec, int batch);

// The model's scores: which output, and its shape with the batch axis first.
struct Scores {
  std::string name;
  bool is_half = false;
  std::vector<std::int64_t> dims;
  int classes = 0;
};

// Runs empty images and picks the first output that scores classes and whose
// first axis is the batch: the shapes that a file declares may be open, missing
// or wrong. A fixed batch is run once; else one image is, and then two, which
// tells a batch axis from a 1 that the graph holds inside. What cannot serve
// every batch size is refused (RefuseModel).
[[nodiscard]] Result<Scores> FindScores(Ort::Session& session, const ImageInput& image,
                                        const std::string& model);

}  // namespace batchsizer::flow
