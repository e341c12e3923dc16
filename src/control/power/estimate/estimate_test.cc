#include "control/power/estimate/estimate.h"

#include <gmock/gmock.h>

#include <array>
#include <limits>

namespace batchsizer::power {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

class EstimateTest : public testing::Test {
 protected:
  EstimateTest() {
    options_.idle = Watts(10);
    options_.max = Watts(90);
    options_.cores = 4;
    options_.cpu_time = [this] { return cpu_time_; };
  }

  void Open() {
    auto meter = OpenEstimate(clock_, options_);
    ASSERT_TRUE(meter) << meter.error().message;
    meter_ = std::move(*meter);
  }

  // Passes 100 ms in which the process used so much CPU time.
  Watts PowerWith(Duration used) {
    cpu_time_ += used;
    clock_.Advance(milliseconds(100));
    EXPECT_EQ(meter_->Drain(out_), 1U);
    EXPECT_EQ(out_[0].time, clock_.Now());
    return out_[0].power;
  }

  EstimateOptions options_;
  VirtualClock clock_;
  Duration cpu_time_ = milliseconds(777);  // used before the meter was opened
  std::unique_ptr<PowerMeter> meter_;
  std::array<PowerReading, 2> out_{};
};

TEST_F(EstimateTest, IsIdlePlusTheBusyShareOfAllCores) {
  Open();
  EXPECT_DOUBLE_EQ(PowerWith(milliseconds(0)).value(), 10.0);
  EXPECT_DOUBLE_EQ(PowerWith(milliseconds(100)).value(), 30.0);  // one core of four
  EXPECT_DOUBLE_EQ(PowerWith(milliseconds(400)).value(), 90.0);
}

TEST_F(EstimateTest, StaysWithinItsRange) {
  Open();
  EXPECT_DOUBLE_EQ(PowerWith(milliseconds(500)).value(), 90.0);
  EXPECT_DOUBLE_EQ(PowerWith(milliseconds(-5)).value(), 10.0);
}

TEST_F(EstimateTest, PollsOnceAPeriodAndCountsTheWholeGap) {
  Open();
  clock_.Advance(milliseconds(99));
  EXPECT_EQ(meter_->Drain(out_), 0U);
  clock_.Advance(milliseconds(101));
  cpu_time_ += milliseconds(400);  // half of 4 cores x 200 ms
  EXPECT_EQ(meter_->Drain({}), 0U);
  ASSERT_EQ(meter_->Drain(out_), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 50.0);
  EXPECT_EQ(meter_->Drain(out_), 0U);
}

TEST_F(EstimateTest, IsLabelledAsAnEstimate) {
  Open();
  EXPECT_EQ(meter_->Info().source, PowerSource::kEstimated);
  EXPECT_THAT(meter_->Info().name, HasSubstr("estimate"));
  EXPECT_EQ(meter_->Info().max_power, Watts(90));
  EXPECT_TRUE(meter_->Info().repeats_exactly);
}

TEST_F(EstimateTest, RefusesConstantsThatMakeNoRange) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [idle_w, max_w] : {std::pair(65.0, 10.0),
                                      {-1.0, 10.0},
                                      {5.0, 5.0},
                                      {nan, 10.0},
                                      {5.0, nan},
                                      {5.0, infinity}}) {
    options_.idle = Watts(idle_w);
    options_.max = Watts(max_w);
    const auto meter = OpenEstimate(clock_, options_);
    ASSERT_FALSE(meter) << idle_w << " " << max_w;
    EXPECT_EQ(meter.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(meter.error().message, HasSubstr("0 <= idle < max"));
  }
}

TEST_F(EstimateTest, RefusesNegativeCores) {
  options_.cores = -1;
  EXPECT_EQ(OpenEstimate(clock_, options_).error().code, ErrorCode::kInvalidInput);
}

TEST(ProcessCpuTime, GrowsWithWork) {
  const Duration before = ProcessCpuTime();
  // Ends only when the CPU time moves, whatever the machine's speed.
  Duration after = before;
  for (long long spins = 0; after <= before && spins < 1'000'000'000; ++spins) {
    after = ProcessCpuTime();
  }
  EXPECT_GT(after, before);
}

}  // namespace
}  // namespace batchsizer::power
