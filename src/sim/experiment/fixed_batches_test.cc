#include "sim/experiment/fixed_batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/device/known_devices.h"

namespace batchsizer::sim {
namespace {

using ::testing::HasSubstr;

const Testbed& P40() {
  static const Testbed kTestbed =
      Testbed::Create(LoadKnownDevice("p40").value(), DrawInputSets(1), 1).value();
  return kTestbed;
}

constexpr Workload kWork{"resnet-v2-50", "caltech256"};

TEST(MeasureCurve, DoublesTheBatchUpTo1024) {
  const auto curve = MeasureCurve(P40(), kWork, 2000).value();
  ASSERT_EQ(curve.runs.size(), 11U);
  EXPECT_EQ(curve.runs.front().batch_size, BatchSize(1));
  EXPECT_EQ(curve.runs.back().batch_size, BatchSize(1024));
  for (const FixedRun& run : curve.runs) {
    EXPECT_GT(run.throughput.value(), 0);
    EXPECT_GT(run.peak_power, run.mean_power) << run.batch_size.value();
  }
}

TEST(MeasureCurve, StopsWhereTheDeviceDoes) {
  DeviceDescription small = P40().device();
  small.largest_batch = BatchSize(100);
  const auto curve = MeasureCurve(P40().On(small), kWork, 200).value();
  EXPECT_EQ(curve.runs.back().batch_size, BatchSize(64));
}

TEST(TraceBatches, HasAReadingASensorPeriodAndUseBetweenNoneAndAll) {
  const auto trace = TraceBatches(P40(), kWork, BatchSize(128), std::chrono::seconds(5)).value();
  const double period_s = P40().device().sensor.period_ms * 1e-3;
  EXPECT_NEAR(static_cast<double>(trace.samples.size()), 5 / period_s, 1);
  for (const PowerSample& sample : trace.samples) {
    EXPECT_GE(sample.utilisation, 0);
    EXPECT_LE(sample.utilisation, 1);
  }
  EXPECT_LE(trace.samples.back().time, std::chrono::seconds(5));
}

// Busy for less than the window: the mean cannot reach what the SMs do meanwhile.
TEST(TraceBatches, TakesUseAsAMeanOverAWhile) {
  const auto highest = [](int batch) {
    const auto trace =
        TraceBatches(P40(), kWork, BatchSize(batch), std::chrono::seconds(8)).value();
    double most = 0;
    for (const auto& sample : trace.samples) most = std::max(most, sample.utilisation);
    return most;
  };
  EXPECT_LT(highest(8), highest(64));
  EXPECT_LT(highest(64), highest(512));
  EXPECT_GT(highest(512), 0.9);
}

TEST(TraceBatches, RefusesWhatTheDeviceCannotRun) {
  DeviceDescription small = P40().device();
  small.largest_batch = BatchSize(100);
  const auto trace = TraceBatches(P40().On(small), kWork, BatchSize(128), std::chrono::seconds(1));
  ASSERT_FALSE(trace);
  EXPECT_THAT(trace.error().message, HasSubstr("100"));
}

TEST(Testbed, SaysWhichNetworkDoesNotFit) {
  DeviceDescription small = P40().device();
  small.memory.size_gb = 0.05;
  const auto plant = P40().On(small).MakePlant(kWork);
  ASSERT_FALSE(plant);
  EXPECT_THAT(plant.error().message, HasSubstr("resnet-v2-50"));
}

}  // namespace
}  // namespace batchsizer::sim
