#include "sim/device/power_trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sim/device/make_curve.h"

namespace batchsizer::sim {
namespace {

using std::chrono::milliseconds;

// 30 ms of gap at 50 W, 10 ms of work at 150 W.
class GapAndWork final : public Plant {
 public:
  GapAndWork(Duration period, Duration window, const Thermal& thermal = {}) {
    info_.thermal = thermal;
    info_.clocks = {Megahertz(1000)};
    info_.default_clock = Megahertz(1000);
    info_.largest = BatchSize(8);
    info_.sensor_period = period;
    info_.sensor_window = window;
  }
  [[nodiscard]] const PlantInfo& Info() const override { return info_; }
  [[nodiscard]] std::span<const Phase> Batch(BatchSize, Megahertz) override { return phases_; }

 private:
  PlantInfo info_;
  std::array<Phase, 2> phases_{
      {{milliseconds(30), Watts(50), 0.0}, {milliseconds(10), Watts(150), 0.8}}};
};

std::vector<PowerSample> Trace(GapAndWork plant, Duration length) {
  return TracePower(plant, BatchSize(1), Megahertz(1000), length);
}

TEST(PowerTrace, IsTheMeanOverTheSensorsWindow) {
  const auto samples = Trace({milliseconds(20), milliseconds(20)}, milliseconds(80));
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

TEST(PowerTrace, MissesASpikeBetweenTwoInstants) {
  const auto samples = Trace({milliseconds(25), Duration(0)}, milliseconds(100));
  ASSERT_EQ(samples.size(), 4U);
  EXPECT_EQ(samples[0].power, Watts(50));   // 25 ms
  EXPECT_EQ(samples[1].power, Watts(50));   // 50 ms: 10 ms into the second batch
  EXPECT_EQ(samples[2].power, Watts(150));  // 75 ms
  EXPECT_EQ(samples[3].power, Watts(50));   // 100 ms
}

TEST(PowerTrace, HasOneSampleABatchWhereTheSensorHas) {
  const auto samples = Trace({Duration(0), Duration(0)}, milliseconds(100));
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[1].time, milliseconds(80));
  EXPECT_EQ(samples[1].power, Watts(150));
  EXPECT_DOUBLE_EQ(samples[1].utilisation, 0.2);
}

// As the curve's, so that both tell of the same board: 75 W in the mean, 0.5 K/W above
// 25 degrees, 0.2 W/K above 35.
TEST(PowerTrace, IsOfABoardThatIsWarm) {
  const Thermal thermal{
      .ambient_c = 25, .reference_c = 35, .resistance_k_per_w = 0.5, .leakage_w_per_k = 0.2};
  for (const Duration period : {Duration(0), Duration(milliseconds(20))}) {
    GapAndWork plant(period, period, thermal);
    const auto samples = TracePower(plant, BatchSize(1), Megahertz(1000), milliseconds(80));
    Watts highest;
    for (const auto& sample : samples) highest = std::max(highest, sample.power);
    const Watts peak = PointOf(plant, BatchSize(1), Megahertz(1000), PeakKind::kObserved).power;
    EXPECT_DOUBLE_EQ(highest.value(), peak.value());
    EXPECT_NEAR(highest.value(), (period == Duration(0) ? 150 : 100) + 6.11, 0.01);
  }
}

TEST(Utilisation, IsMeanAndHighestWithinAWindow) {
  GapAndWork plant(milliseconds(20), milliseconds(20));
  const auto used = UtilisationOf(plant, BatchSize(1), Megahertz(1000));
  EXPECT_DOUBLE_EQ(used.mean, 0.2);
  EXPECT_DOUBLE_EQ(used.highest, 0.4);
}

}  // namespace
}  // namespace batchsizer::sim
