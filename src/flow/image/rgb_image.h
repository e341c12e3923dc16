// A decoded picture, borrowed from the decoder that made it.
//
// Thread safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>

#include "flow/image/framing.h"

namespace batchsizer::flow {

// As stored: not yet turned.
struct PictureSize {
  int width = 0;
  int height = 0;
};

// 8-bit red, green, blue, interleaved, rows from the top without padding, as
// stored: not yet turned as orientation says.
struct RgbImage {
  const std::uint8_t* pixels = nullptr;
  int width = 0;
  int height = 0;
  // The picture in the file, and 1, 2, 4 or 8 of its pixels a side in one here.
  // Sizes are rounded up: the last column and row may stand for pixels beyond
  // the picture's edge, so the sizes to reckon with are TrueWidth and
  // TrueHeight, in pixels here.
  int file_width = width;
  int file_height = height;
  int shrunk_by = 1;
  // Where in the shrunk picture the pixels begin: not all need be here.
  int left = 0;
  int top = 0;
  Orientation orientation = {};

  [[nodiscard]] double TrueWidth() const { return static_cast<double>(file_width) / shrunk_by; }
  [[nodiscard]] double TrueHeight() const { return static_cast<double>(file_height) / shrunk_by; }
  [[nodiscard]] std::size_t RowBytes() const { return static_cast<std::size_t>(width) * 3; }
};

// Narrows a whole picture, before its pixels are made, to those that resizing for
// cover looks at. REQUIRES: cover.HasCrop().
inline void KeepOnlyNeeded(RgbImage& image, const Cover& cover) {
  const ResizePlan plan = PlanResize(image.file_width, image.file_height, image.orientation, cover);
  const PixelRange across = NeededPixels(plan.across, image.width, image.TrueWidth());
  const PixelRange down = NeededPixels(plan.down, image.height, image.TrueHeight());
  image.left = across.begin;
  image.width = across.Size();
  image.top = down.begin;
  image.height = down.Size();
}

}  // namespace batchsizer::flow
