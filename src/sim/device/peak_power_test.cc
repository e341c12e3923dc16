#include "sim/device/peak_power.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

namespace batchsizer::sim {
namespace {

using std::chrono::milliseconds;

// 6 ms at 50 W, 2 ms at 200 W, 2 ms at 150 W.
constexpr std::array<Phase, 3> kPhases{{{milliseconds(6), Watts(50), 0.0},
                                        {milliseconds(2), Watts(200), 1.0},
                                        {milliseconds(2), Watts(150), 1.0}}};

TEST(PeakPower, WithoutAWindowIsTheHighestPhase) {
  EXPECT_EQ(PeakPower(kPhases, Duration(0)), Watts(200));
}

TEST(PeakPower, AWindowWithinTheSpikeSeesAllOfIt) {
  EXPECT_NEAR(PeakPower(kPhases, milliseconds(1)).value(), 200.0, 1e-9);
}

TEST(PeakPower, AWindowLongerThanTheSpikeFindsTheBestPlace) {
  EXPECT_NEAR(PeakPower(kPhases, milliseconds(4)).value(), 175.0, 1e-9);
  // 4 ms of the busy stretch, 1 ms of the gap before or after it.
  EXPECT_NEAR(PeakPower(kPhases, milliseconds(5)).value(), 150.0, 1e-9);
}

TEST(PeakPower, AWindowOfWholeRoundsIsTheMean) {
  EXPECT_NEAR(PeakPower(kPhases, milliseconds(10)).value(), 100.0, 1e-9);
  EXPECT_NEAR(PeakPower(kPhases, milliseconds(30)).value(), 100.0, 1e-9);
}

TEST(PeakPower, AWindowOverSeveralRoundsAddsTheBestRemainder) {
  // One round of 1 J, and 2 ms at 200 W.
  EXPECT_NEAR(PeakPower(kPhases, milliseconds(12)).value(), (1.0 + 0.4) / 0.012, 1e-9);
}

}  // namespace
}  // namespace batchsizer::sim
