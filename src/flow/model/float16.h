// IEEE half precision as stored in tensors, to float.
//
// Thread safety: free functions without state.
#pragma once

#include <bit>
#include <cstdint>

namespace batchsizer::flow {

[[nodiscard]] constexpr float HalfToFloat(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1fU;
  const std::uint32_t fraction = half & 0x3ffU;
  if (exponent == 0) {  // zero and subnormals: fraction x 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign == 0 ? magnitude : -magnitude;
  }
  // 31 stands for infinity and NaN in either format; else only the bias differs.
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 127 - 15;
  return std::bit_cast<float>(sign | (wide << 23U) | (fraction << 13U));
}

}  // namespace batchsizer::flow
