// The inner loops of preprocessing, in the fastest form that this processor
// runs. Every form gives the same bits.
//
// Thread safety: free functions without state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "flow/image/resize_weights.h"

namespace batchsizer::flow {

// How one line of RGB pixels is resized across: channel c of pixel i goes to out[i x pixel_step + c
// x channel_step] and is the sum over k of weights.At(i).weights[k] x pixel weights.At(i).first +
// k, times scale[c], plus bias[c].
struct ColumnBlend {
  // Begins with pixel weights->SourceBegin(). REQUIRES: can be read one float
  // past pixel weights->SourceEnd() - 1.
  const float* row = nullptr;
  const ResizeWeights* weights = nullptr;
  // The fourth is for a lane that nobody looks at.
  std::array<float, 4> scale{};
  std::array<float, 4> bias{};
  // Negative: backwards.
  std::ptrdiff_t pixel_step = 0;
  std::ptrdiff_t channel_step = 0;
};

struct ResizeKernel {
  // Down: out[i] = sum over k of taps.weights[k] x row[k x stride + i], i < size.
  void (*blend_rows)(const std::uint8_t* row, std::size_t stride, const Taps& taps,
                     std::size_t size, float* out);
  void (*blend_columns)(const ColumnBlend& blend, float* out);
  // To the nearest half, ties to even.
  void (*to_halves)(const float* from, std::size_t count, std::uint16_t* to);
  // To the nearest byte, values outside 0..255 to the end that is nearer.
  void (*to_bytes)(const float* from, std::size_t count, std::uint8_t* to);
};

[[nodiscard]] const ResizeKernel& BestResizeKernel();
// Runs anywhere.
[[nodiscard]] const ResizeKernel& PortableResizeKernel();

}  // namespace batchsizer::flow
