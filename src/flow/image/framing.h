// Which part of a picture a model looks at, and in what size: plain arithmetic,
// shared by the decoders, which need not make the rest, and the resizing.
//
// Thread safety: free functions and plain values.
#pragma once

#include <cstdint>

#include "flow/image/orientation.h"

namespace batchsizer::flow {

// What a picture is decoded for, in the directions in which it is looked at: it
// will be resized so that it just covers width x height, keeping its shape, and
// of that only the middle, crop_width x crop_height, is wanted.
// {0, 0}: all of it as it is. No crop sizes: all of it, but it may be shrunk.
struct Cover {
  int width = 0;
  int height = 0;
  int crop_width = 0;
  int crop_height = 0;

  [[nodiscard]] bool HasCrop() const { return crop_width > 0 && crop_height > 0; }
};

// One direction of a resize: out_size pixels come out, of which crop_size from
// crop_begin on are wanted.
struct AxisPlan {
  std::int64_t out_size = 0;
  std::int64_t crop_begin = 0;
  int crop_size = 0;
};

// In the directions of the stored picture.
struct ResizePlan {
  AxisPlan across;
  AxisPlan down;
};

// Sizes and offsets are rounded as torchvision's Resize and CenterCrop do.
// REQUIRES: a picture of at least 1 x 1; cover.HasCrop(), the crop inside.
[[nodiscard]] ResizePlan PlanResize(int file_width, int file_height, Orientation orientation,
                                    const Cover& cover);

// Pixels [begin, end) of a line or column.
struct PixelRange {
  int begin = 0;
  int end = 0;
  [[nodiscard]] int Size() const { return end - begin; }
};

// The source pixels under the filter of one resized pixel (see
// resize_weights.h), in a line that ends after true_size of in_size pixels.
class FilterReach {
 public:
  FilterReach(double true_size, std::int64_t out_size);

  [[nodiscard]] double CentreOf(std::int64_t out_position) const;
  [[nodiscard]] PixelRange Around(double centre, PixelRange available) const;
  // Of the triangle, in source pixels to each side.
  [[nodiscard]] double Radius() const { return radius_; }

 private:
  double scale_;
  double radius_;
};

// The source pixels that a plan for this direction looks at.
[[nodiscard]] PixelRange NeededPixels(const AxisPlan& plan, int in_size, double true_size);

}  // namespace batchsizer::flow
