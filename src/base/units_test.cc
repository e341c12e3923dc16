#include "batchsizer/units.h"

#include <gtest/gtest.h>

namespace batchsizer {
namespace {

using std::chrono::seconds;

static_assert(sizeof(Watts) == sizeof(double));

TEST(Units, WattsTimesTimeIsJoules) {
  const Joules energy = Watts(50) * seconds(2);
  EXPECT_DOUBLE_EQ(energy.value(), 100.0);
  EXPECT_DOUBLE_EQ((energy / Duration(seconds(4))).value(), 25.0);
}

TEST(Units, ArithmeticStaysInTheUnit) {
  EXPECT_EQ(Watts(2) + Watts(3), Watts(5));
  EXPECT_EQ(0.5 * Watts(3), Watts(1.5));
  EXPECT_DOUBLE_EQ(Watts(3) / Watts(2), 1.5);
  EXPECT_LT(Megahertz(544), Megahertz(1531));
}

TEST(Units, SecondsRoundToNanoseconds) {
  EXPECT_EQ(FromSeconds(1e-9), Duration(1));
  EXPECT_EQ(FromSeconds(-1.5), -Duration(std::chrono::milliseconds(1500)));
  EXPECT_DOUBLE_EQ(ToSeconds(std::chrono::milliseconds(250)), 0.25);
}

}  // namespace
}  // namespace batchsizer
