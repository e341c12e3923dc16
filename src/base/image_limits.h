// What every stage from the image to the engine agrees to handle.
#pragma once

#include <cstddef>

namespace batchsizer::base {

// Height or width of a model's image, in pixels.
inline constexpr int kLargestSide = 16'384;
// Of the images that are in memory at a time, as tensors.
inline constexpr std::size_t kMostBatchBytes = std::size_t{1} << 30U;

}  // namespace batchsizer::base
