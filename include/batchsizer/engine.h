// What runs a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "batchsizer/result.h"
#include "batchsizer/units.h"

namespace batchsizer {

// The type of one number of the image tensor.
enum class ElementType { kFloat32, kFloat16, kUint8 };
// The order of the image tensor: batch, channels, height, width.
enum class ImageLayout { kNchw, kNhwc };

// In bytes.
[[nodiscard]] constexpr std::size_t SizeOf(ElementType type) {
  return type == ElementType::kFloat32 ? 4 : type == ElementType::kFloat16 ? 2 : 1;
}

// The image tensor that an engine takes: one row is one image.
struct InputSpec {
  std::string name;
  ElementType type = ElementType::kFloat32;
  ImageLayout layout = ImageLayout::kNchw;
  int channels = 3;
  int height = 224;
  int width = 224;

  // Numbers in one image.
  [[nodiscard]] std::size_t ElementsPerRow() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  // Bytes in one image.
  [[nodiscard]] std::size_t BytesPerRow() const { return ElementsPerRow() * SizeOf(type); }
};

// What an engine is and what it takes. A plain value.
struct EngineInfo {
  std::string device;  // "cpu", "cuda:0", "emulated:p40", ...
  std::string model;   // the file's name, or what the user called it
  InputSpec input;
  int classes = 0;  // scores per image; 0 when the engine gives no outputs
  // Set when the model's batch axis is fixed: the batch size it runs at. Fewer
  // images are padded; more are refused.
  std::optional<BatchSize> fixed_batch_size;
};

// size images, one row after the other, as InputSpec says. Borrowed: valid
// until Run returns. data may be null for an engine that gives no outputs.
struct InputBatch {
  const void* data = nullptr;
  BatchSize size;
};

// size x classes scores, row-major. Borrowed: valid until the next Run.
struct OutputBatch {
  std::span<const float> scores;
  int classes = 0;
};

// Thread safety: one thread at a time.
class Engine {
 public:
  virtual ~Engine() = default;
  // The same for the engine's whole life.
  [[nodiscard]] virtual const EngineInfo& Info() const = 0;
  // Makes the engine's own buffers for batches up to largest, so that Run need
  // not. Runs nothing but, at most, the smallest batch: a large one would draw
  // unmeasured power before control begins, and is known to fit into memory only
  // once Run has tried it. Called once before the first Run.
  virtual Status Prepare(BatchSize largest) = 0;
  // Runs one batch and waits for it. The batch size may differ from call to
  // call. kOutOfMemory: the same images may be tried again in smaller batches.
  virtual Result<OutputBatch> Run(const InputBatch& batch) = 0;
};

}  // namespace batchsizer
