// Which source pixels make up each pixel of a resized line, and in what shares.
//
// The filter is a triangle. Shrinking widens it with the scale, so that every
// source pixel counts (antialiasing); enlarging is plain bilinear. Pixel
// centres, bounds and shares are those of Pillow's Image.resize with BILINEAR.
//
// Thread safety: one thread at a time; buffers are kept from call to call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flow/image/framing.h"

namespace batchsizer::flow {

struct Taps {
  int first = 0;                   // first source pixel
  int count = 0;                   // at least 1
  const float* weights = nullptr;  // count of them; their sum is 1
};

class ResizeWeights {
 public:
  // For a line that ends after true_size pixels, which may be within its last
  // one. Of its pixels only those available are there.
  // REQUIRES: sizes of at least 1, the crop inside the resized line, available
  // with NeededPixels(plan, the line's pixels, true_size) and inside the line.
  void Compute(const AxisPlan& plan, double true_size, PixelRange available);

  // The crop_size.
  [[nodiscard]] int Count() const { return static_cast<int>(first_.size()); }
  // REQUIRES: 0 <= i < Count().
  [[nodiscard]] Taps At(int i) const {
    const auto index = static_cast<std::size_t>(i);
    return {first_[index], count_[index], &weights_[index * stride_]};
  }
  // The most taps of any pixel. Every pixel may be computed with as many: the
  // weights past its own count are 0, and their source pixels exist.
  [[nodiscard]] int MostTaps() const { return most_taps_; }
  // The source pixels [begin, end) that are looked at so.
  [[nodiscard]] int SourceBegin() const { return source_begin_; }
  [[nodiscard]] int SourceEnd() const { return source_end_; }

 private:
  void ComputeOne(std::size_t i, double centre, const FilterReach& reach, PixelRange available);
  void PadToMostTaps(std::size_t i, int available_end);

  std::vector<float> weights_;  // stride_ for each pixel
  std::vector<int> first_;
  std::vector<int> count_;
  std::size_t stride_ = 0;
  int most_taps_ = 0;
  int source_begin_ = 0;
  int source_end_ = 0;
};

}  // namespace batchsizer::flow
