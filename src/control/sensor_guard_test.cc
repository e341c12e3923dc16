#include "control/sensor_guard.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace batchsizer::control {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TimePoint At(Duration since_start) { return TimePoint(since_start); }

MeterInfo Meter(Duration period) {
  MeterInfo info;
  info.period = period;
  info.max_power = Watts(250);
  return info;
}

class Guard : public ::testing::Test {
 protected:
  bool Take(Duration time, double power_w) { return guard_.Take({At(time), Watts(power_w)}); }
  SensorGuard guard_{Meter(milliseconds(20)), At(Duration(0))};
};

TEST_F(Guard, BelievesOrdinaryReadings) {
  EXPECT_TRUE(Take(milliseconds(20), 0));
  EXPECT_TRUE(Take(milliseconds(40), 750));  // exactly 3 x the maximum
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(40))), std::nullopt);
}

TEST_F(Guard, IsPatientForThreePeriodsAndNotLonger) {
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(60))), std::nullopt);
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(61))), Reason::kSensorSilent);
}

TEST_F(Guard, RefusesReadingsThatCannotBe) {
  EXPECT_FALSE(Take(milliseconds(20), std::nan("")));
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(20))), Reason::kSensorNan);
  EXPECT_FALSE(Take(milliseconds(40), -0.001));
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(40))), Reason::kSensorNegative);
  EXPECT_FALSE(Take(milliseconds(60), 750.001));
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(60))), Reason::kSensorTooHigh);
}

TEST_F(Guard, WantsThreeGoodReadingsInARow) {
  Take(milliseconds(20), -1);
  Take(milliseconds(40), 50);
  Take(milliseconds(60), 51);
  Take(milliseconds(80), -1);
  Take(milliseconds(100), 52);
  Take(milliseconds(120), 53);
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(120))), Reason::kSensorNegative);
  Take(milliseconds(140), 54);
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(140))), std::nullopt);
}

TEST_F(Guard, HasNoUpperLimitWhereTheDeviceIsUnknown) {
  MeterInfo unknown = Meter(milliseconds(20));
  unknown.max_power.reset();
  SensorGuard guard(unknown, At(Duration(0)));
  EXPECT_TRUE(guard.Take({At(milliseconds(20)), Watts(1e6)}));
  EXPECT_FALSE(guard.Take({At(milliseconds(40)), Watts(std::numeric_limits<double>::infinity())}));
}

TEST(GuardOfABatchSensor, CountsBatchesInsteadOfTime) {
  SensorGuard guard(Meter(Duration(0)), At(Duration(0)));
  EXPECT_EQ(guard.TroubleAt(At(seconds(1000))), std::nullopt);
  guard.BatchWithoutReading();
  guard.BatchWithoutReading();
  EXPECT_EQ(guard.TroubleAt(At(seconds(1001))), std::nullopt);
  guard.BatchWithoutReading();
  EXPECT_EQ(guard.TroubleAt(At(seconds(1002))), Reason::kSensorSilent);
}

// One reading of the same value every 100 ms, from `from` to `to`.
void Repeat(SensorGuard& guard, Duration from, Duration to) {
  for (Duration t = from; t <= to; t += milliseconds(100)) guard.Take({At(t), Watts(60)});
}

class Stuck : public ::testing::Test {
 protected:
  SensorGuard guard_{Meter(milliseconds(100)), At(Duration(0))};
};

TEST_F(Stuck, IsFiveSecondsOfOneValueAfterTheLoadChanged) {
  Repeat(guard_, seconds(0), seconds(1));
  guard_.LoadChanged();
  Repeat(guard_, milliseconds(1100), seconds(6));
  EXPECT_EQ(guard_.TroubleAt(At(seconds(6))), std::nullopt);
  Repeat(guard_, milliseconds(6100), milliseconds(6200));
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(6200))), Reason::kSensorStuck);
}

TEST_F(Stuck, IsNotAConstantLoad) {
  Repeat(guard_, seconds(0), seconds(60));
  EXPECT_EQ(guard_.TroubleAt(At(seconds(60))), std::nullopt);
}

TEST_F(Stuck, IsNotTheFirstReadingAfterALongConstantLoad) {
  Repeat(guard_, seconds(0), seconds(60));
  guard_.LoadChanged();
  Repeat(guard_, milliseconds(60100), milliseconds(60200));
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(60200))), std::nullopt);
}

TEST_F(Stuck, IsOverWhenTheValueMovesNotWhenItRepeats) {
  Repeat(guard_, seconds(0), seconds(1));
  guard_.LoadChanged();
  Repeat(guard_, seconds(1), seconds(10));
  EXPECT_EQ(guard_.TroubleAt(At(seconds(10))), Reason::kSensorStuck);
  guard_.Take({At(milliseconds(10100)), Watts(61)});
  EXPECT_EQ(guard_.TroubleAt(At(milliseconds(10100))), std::nullopt);
}

}  // namespace
}  // namespace batchsizer::control
