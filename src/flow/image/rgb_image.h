// A decoded picture, borrowed from the decoder that made it.
//
// Thread safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>

namespace batchsizer::flow {

// 8-bit red, green, blue, interleaved, rows from the top without padding.
struct RgbImage {
  const std::uint8_t* pixels = nullptr;
  int width = 0;
  int height = 0;
  // The picture in the file, and 1, 2, 4 or 8 of its pixels a side in one here.
  // width and height are rounded up: the last column and row may stand for
  // pixels beyond its edge, so the sizes to reckon with are TrueWidth and
  // TrueHeight, in pixels here.
  int file_width = width;
  int file_height = height;
  int shrunk_by = 1;

  [[nodiscard]] double TrueWidth() const { return static_cast<double>(file_width) / shrunk_by; }
  [[nodiscard]] double TrueHeight() const { return static_cast<double>(file_height) / shrunk_by; }
  [[nodiscard]] std::size_t RowBytes() const { return static_cast<std::size_t>(width) * 3; }
};

// The least size, in pixels, that a decoded picture must keep in both
// directions to be worth shrinking while decoding. {0, 0}: never shrink.
struct Cover {
  int width = 0;
  int height = 0;
};

}  // namespace batchsizer::flow
