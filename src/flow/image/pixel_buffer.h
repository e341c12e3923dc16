// A decoder's pixels, kept from image to image.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace batchsizer::flow {

class PixelBuffer {
 public:
  // At least size bytes with any content. One huge image must not hold its
  // memory for the rest of a run: above kKeepBytes the buffer follows the need.
  [[nodiscard]] std::uint8_t* Reserve(std::size_t size) {
    const bool oversized = capacity_ > kKeepBytes && size <= kKeepBytes;
    if (size > capacity_ || oversized) {
      bytes_.reset();
      capacity_ = 0;
      bytes_.reset(new std::uint8_t[size]);  // make_unique would zero it
      capacity_ = size;
    }
    return bytes_.get();
  }

  // What Reserve gave last.
  [[nodiscard]] const std::uint8_t* Get() const { return bytes_.get(); }

 private:
  static constexpr std::size_t kKeepBytes = std::size_t{64} << 20;
  std::unique_ptr<std::uint8_t[]> bytes_;
  std::size_t capacity_ = 0;
};

}  // namespace batchsizer::flow
