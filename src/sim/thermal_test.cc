#include "sim/thermal.h"

#include <gtest/gtest.h>

#include <chrono>

namespace batchsizer::sim {
namespace {

constexpr Thermal kBoard{.ambient_c = 25,
                         .reference_c = 35,
                         .resistance_k_per_w = 0.2,
                         .time_constant_s = 60,
                         .leakage_w_per_k = 0.2};

TEST(Thermal, TheDefaultAddsNothing) {
  const Thermal none;
  EXPECT_EQ(none.LeakageAt(none.RestingTemperature(Watts(200))), Watts(0));
}

TEST(Thermal, AtRestHeatInIsHeatOut) {
  const double rest = kBoard.RestingTemperature(Watts(150));
  const Watts all = Watts(150) + kBoard.LeakageAt(rest);
  EXPECT_NEAR(rest, 25 + 0.2 * all.value(), 1e-9);
  EXPECT_GT(all, Watts(150));
}

TEST(Thermal, MovesTowardsRestByItsTimeConstant) {
  const double after = kBoard.After(25, Watts(200), std::chrono::seconds(60));
  EXPECT_NEAR(after, 25 + 40 * 0.632, 0.01);
  EXPECT_NEAR(kBoard.After(25, Watts(200), std::chrono::hours(1)), 65, 1e-9);
  EXPECT_EQ(kBoard.After(40, Watts(200), Duration(0)), 40);
}

TEST(Thermal, ManySmallStepsAreOneLargeOne) {
  double stepped = 30;
  for (int i = 0; i < 1000; ++i) {
    stepped = kBoard.After(stepped, Watts(180), std::chrono::milliseconds(20));
  }
  EXPECT_NEAR(stepped, kBoard.After(30, Watts(180), std::chrono::seconds(20)), 1e-9);
}

}  // namespace
}  // namespace batchsizer::sim
