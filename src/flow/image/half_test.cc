#include "flow/image/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace batchsizer::flow {
namespace {

// From the definition of the format. Finite values only.
double FromHalf(std::uint16_t half) {
  const int exponent = (half >> 10U) & 31U;
  const int fraction = half & 1023U;
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (half & 0x8000U) != 0 ? -magnitude : magnitude;
}

TEST(ToHalf, KeepsEveryHalf) {
  for (std::uint32_t half = 0; half < 0x7C00; ++half) {
    const auto bits = static_cast<std::uint16_t>(half);
    const auto negative = static_cast<std::uint16_t>(half | 0x8000U);
    ASSERT_EQ(ToHalf(static_cast<float>(FromHalf(bits))), bits);
    ASSERT_EQ(ToHalf(static_cast<float>(FromHalf(negative))), negative);
  }
}

TEST(ToHalf, RoundsToTheNearestAndTiesToEven) {
  for (std::uint32_t low = 0; low < 0x7BFF; ++low) {
    const double below = FromHalf(static_cast<std::uint16_t>(low));
    const double above = FromHalf(static_cast<std::uint16_t>(low + 1));
    const auto middle = static_cast<float>((below + above) / 2);  // exact in a float
    ASSERT_EQ(ToHalf(middle), low + (low & 1U));
    ASSERT_EQ(ToHalf(std::nextafter(middle, 0.0F)), low);
    ASSERT_EQ(ToHalf(std::nextafter(middle, 1e9F)), low + 1);
  }
}

TEST(ToHalf, TooLargeBecomesInfinityAndNanStays) {
  EXPECT_EQ(ToHalf(65'520.0F), 0x7C00);
  EXPECT_EQ(ToHalf(1e30F), 0x7C00);
  EXPECT_EQ(ToHalf(-std::numeric_limits<float>::infinity()), 0xFC00);
  EXPECT_EQ(ToHalf(std::numeric_limits<float>::quiet_NaN()) & 0x7FFFU, 0x7E00U);
}

}  // namespace
}  // namespace batchsizer::flow
