// Finds the image tensor among a model's inputs, and the scores among its
// outputs: one rule for `inspect`, for the emulated devices and for the engine,
// so that they never disagree about what is supported.
//
// Supported: one required input of rank 4, float32, float16 or uint8, whose
// axis 1 (NCHW) or axis 3 (NHWC) holds 1 or 3 channels; batch axis open or
// fixed; height and width open or fixed, at most base::kLargestSide; at most
// base::kMostBatchBytes for one image, or for a fixed batch of them. Further inputs
// must have a default in the file. Anything else is refused with kUnsupported.
//
// Thread safety: free functions without state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "batchsizer/engine.h"
#include "batchsizer/result.h"
#include "flow/model/tensor_info.h"

namespace batchsizer::flow {

inline constexpr int kDefaultImageSize = 224;

struct ImageInput {
  InputSpec spec;
  bool dynamic_image_size = false;                 // height or width is open
  std::optional<BatchSize> fixed_batch_size = {};  // set when the batch axis is not open
};

// required: the inputs without a default. image_size (pixels, at least 1) fills
// an open height or width, 224 when not given; kInvalidInput if it contradicts
// what the model fixes, or is what makes an image too large. layout says the order
// of the axes where the shape does not (open channels are 3 then); kInvalidInput
// if the shape contradicts it.
[[nodiscard]] Result<ImageInput> FindImageInput(std::span<const TensorInfo> required,
                                                std::optional<int> image_size,
                                                std::optional<ImageLayout> layout = {});

// How many classes a [N,C] or [N,C,1,1] float32 or float16 tensor scores;
// nullopt for a tensor that is not such. An open C (-1) gives -1.
[[nodiscard]] std::optional<std::int64_t> ClassesOf(const TensorInfo& output);

}  // namespace batchsizer::flow
