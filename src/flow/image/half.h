// IEEE 754 half precision, for compilers that have no such type in C++20.
//
// Thread safety: free functions without state.
#pragma once

#include <bit>
#include <cstdint>

namespace batchsizer::flow {

// Without a branch, which would keep compilers from vectorising.
[[nodiscard]] inline std::uint32_t Choose(bool first, std::uint32_t a, std::uint32_t b) {
  const std::uint32_t mask = 0U - static_cast<std::uint32_t>(first);
  return (a & mask) | (b & ~mask);
}

// The nearest half, ties to even; too large becomes infinity, NaN stays NaN.
[[nodiscard]] inline std::uint16_t ToHalf(float value) {
  constexpr std::uint32_t kInfinity = 255U << 23U;
  constexpr std::uint32_t kTooLarge = (127U + 16U) << 23U;
  constexpr std::uint32_t kSmallestNormal = 113U << 23U;
  constexpr std::uint32_t kRounder = 126U << 23U;  // 0.5: its last place is half's smallest step
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits & 0x8000'0000U;
  const std::uint32_t magnitude = bits ^ sign;

  const std::uint32_t special = Choose(magnitude > kInfinity, 0x7E00U, 0x7C00U);
  const std::uint32_t subnormal = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) +
                                                               std::bit_cast<float>(kRounder)) -
                                  kRounder;
  const std::uint32_t last_kept_bit = (magnitude >> 13U) & 1U;
  const std::uint32_t normal = (magnitude - (112U << 23U) + 0xFFFU + last_kept_bit) >> 13U;

  const std::uint32_t finite = Choose(magnitude < kSmallestNormal, subnormal, normal);
  const std::uint32_t half = Choose(magnitude >= kTooLarge, special, finite);
  return static_cast<std::uint16_t>(half | (sign >> 16U));
}

}  // namespace batchsizer::flow
