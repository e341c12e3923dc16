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

  [[nodiscard]] std::size_t RowBytes() const { return static_cast<std::size_t>(width) * 3; }
};

// The least size, in pixels, that a decoded picture must keep in both
// directions to be worth shrinking while decoding. {0, 0}: never shrink.
struct Cover {
  int width = 0;
  int height = 0;
};

}  // namespace batchsizer::flow
