#include "sim/power_trace.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>

#include "sim/testing.h"

namespace batchsizer::sim {
namespace {

using std::chrono::milliseconds;

using Windows = GapAndWork::Windows;

EmulatedAccelerator Accelerator(const Windows& windows, std::optional<ImageCosts> images = {}) {
  return {std::make_unique<GapAndWork>(windows), {.noise = 0, .seed = 1, .images = images}};
}

std::vector<PowerSample> Trace(const Windows& windows, Duration length) {
  auto accelerator = Accelerator(windows);
  return TracePower(accelerator, BatchSize(1), length);
}

TEST(PowerTrace, EachSampleIsAMeanOverItsWindow) {
  const auto samples =
      Trace({milliseconds(20), milliseconds(20), milliseconds(20)}, milliseconds(80));
  ASSERT_EQ(samples.size(), 4U);
  for (const std::size_t quiet : {0U, 2U}) {
    EXPECT_DOUBLE_EQ(samples[quiet].power.value(), 50);
    EXPECT_DOUBLE_EQ(samples[quiet].utilisation, 0);
  }
  for (const std::size_t busy : {1U, 3U}) {
    EXPECT_DOUBLE_EQ(samples[busy].power.value(), 100);
    EXPECT_DOUBLE_EQ(samples[busy].utilisation, 0.4);
  }
  EXPECT_EQ(samples[3].time, milliseconds(80));
}

TEST(PowerTrace, UtilisationHasAWindowOfItsOwn) {
  const auto samples =
      Trace({milliseconds(20), milliseconds(10), milliseconds(40)}, milliseconds(120));
  ASSERT_EQ(samples.size(), 6U);
  EXPECT_DOUBLE_EQ(samples[0].utilisation, 0);  // nothing before the first batch counts
  for (std::size_t i = 1; i < samples.size(); ++i) {
    EXPECT_NEAR(samples[i].utilisation, 0.2, 1e-12) << i;  // a whole batch, wherever it lies
  }
}

TEST(PowerTrace, MissesASpikeBetweenTwoInstants) {
  const auto samples = Trace({milliseconds(25), Duration(0), Duration(0)}, milliseconds(100));
  ASSERT_EQ(samples.size(), 4U);
  EXPECT_EQ(samples[0].power, Watts(50));   // 25 ms
  EXPECT_EQ(samples[1].power, Watts(50));   // 50 ms: 10 ms into the second batch
  EXPECT_EQ(samples[2].power, Watts(150));  // 75 ms
  EXPECT_EQ(samples[3].power, Watts(50));   // 100 ms
}

TEST(PowerTrace, HasOneSampleABatchWhereTheSensorHas) {
  const auto samples = Trace({}, milliseconds(100));
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[1].time, milliseconds(80));
  EXPECT_EQ(samples[1].power, Watts(150));
  EXPECT_DOUBLE_EQ(samples[1].utilisation, 0.2);
}

TEST(PowerTrace, PowerAndUtilisationWaitForTheSameImages) {
  constexpr std::array<double, 2> kSeconds{0.010, 0.030};  // 10 ms less, 10 ms more
  auto accelerator =
      Accelerator({milliseconds(10), milliseconds(10), milliseconds(10)}, ImageCosts(kSeconds));
  const auto samples = TracePower(accelerator, BatchSize(1), milliseconds(80));
  ASSERT_EQ(samples.size(), 8U);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const bool busy = i == 2 || i == 7;  // 20 to 30 ms, 70 to 80 ms
    EXPECT_DOUBLE_EQ(samples[i].power.value(), busy ? 150 : 50) << i;
    EXPECT_DOUBLE_EQ(samples[i].utilisation, busy ? 0.8 : 0) << i;
  }
}

TEST(PowerTrace, BeginsAnewWhereTheAcceleratorStands) {
  auto accelerator = Accelerator({milliseconds(20), milliseconds(20), milliseconds(20)});
  accelerator.Execute(BatchSize(1));
  const auto samples = TracePower(accelerator, BatchSize(1), milliseconds(40));
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[0].time, milliseconds(20));
}

TEST(PowerTrace, LeavesOutAReadingOfTheTimeBefore) {
  auto accelerator = Accelerator({milliseconds(30), milliseconds(30), milliseconds(30)});
  accelerator.Execute(BatchSize(1));  // 40 ms; the next reading is that of 30 to 60 ms
  const auto samples = TracePower(accelerator, BatchSize(1), milliseconds(60));
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_EQ(samples[0].time, milliseconds(50));
  EXPECT_NEAR(samples[0].power.value(), 50 + 100 / 3.0, 1e-9);  // 20 ms at 50 W, 10 at 150 W
}

}  // namespace
}  // namespace batchsizer::sim
