// How a camera was held: the orientation note (tag 0x0112) of EXIF data.
//
// The one tag is read by hand. libexif would parse, allocate and convert every
// tag of every maker, in each picture, for these two bytes.
//
// Thread safety: free functions and plain values.
#pragma once

#include <cstdint>
#include <span>

namespace batchsizer::flow {

// Numbered as in EXIF, 1 to 8: what is stored must be turned so to be looked at.
struct Orientation {
  int value = 1;

  // Stored lines are shown as columns.
  [[nodiscard]] constexpr bool SwapsSides() const { return value >= 5; }
  // A stored line runs against the direction in which it is shown: to the left
  // (upwards, if sides are swapped).
  [[nodiscard]] constexpr bool MirrorsLines() const {
    return value == 2 || value == 3 || value == 7 || value == 8;
  }
  // The first stored line is shown last.
  [[nodiscard]] constexpr bool MirrorsOrder() const {
    return value == 3 || value == 4 || value == 6 || value == 7;
  }
};

// The bytes of EXIF data, of either byte order, with or without "Exif\0\0" in
// front. Whatever is wrong with them, or missing: as stored.
[[nodiscard]] Orientation OrientationOf(std::span<const std::uint8_t> exif);

}  // namespace batchsizer::flow
