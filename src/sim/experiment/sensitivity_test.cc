#include "sim/experiment/sensitivity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "sim/experiment/testing.h"

namespace batchsizer::sim {
namespace {

const DeviceDescription& P40() {
  static const DeviceDescription kDevice = LoadKnownDevice("p40").value();
  return kDevice;
}

JobsToRun Jobs(std::string_view jobs) {
  return {.jobs = ParseJobs(jobs).value(),
          .policies = {},
          .images = 1000,
          .threads = 2,
          .stop = &kNeverStop};
}

TEST(FittedConstants, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const FittedConstant& constant : FittedConstants()) names.insert(constant.name);
  EXPECT_EQ(names.size(), FittedConstants().size());
  EXPECT_GE(names.size(), 10U);
}

// A row of the table that moved nothing would claim that nothing rests on it.
TEST(FittedConstants, EachChangesTimeOrEnergy) {
  const Testbed testbed = Testbed::Create(P40(), DrawInputSets(1), 1).value();
  // At each clock by itself: a voltage counts at its own.
  const auto run = [&](const DeviceDescription& device) {
    std::vector<std::pair<Duration, double>> costs;
    for (const ClockPoint& point : device.clocks) {
      const auto accelerator =
          testbed.On(device).MakeAccelerator({"inception-v3", "caltech256"}).value();
      const TimePoint start = accelerator->clock().Now();
      EXPECT_TRUE(accelerator->Set(point.clock));
      for (int batch = 0; batch < 20; ++batch) accelerator->Execute(BatchSize(8));
      costs.emplace_back(accelerator->clock().Now() - start,
                         accelerator->TakeTruth().energy.value());
    }
    return costs;
  };
  const auto before = run(P40());
  for (const FittedConstant& constant : FittedConstants()) {
    DeviceDescription device = P40();
    constant.scale(device, 1.1);
    EXPECT_NE(run(device), before) << constant.name;
  }
}

TEST(FittedConstants, KeepSharesWithinOne) {
  DeviceDescription device = P40();
  for (const FittedConstant& constant : FittedConstants()) constant.scale(device, 100);
  EXPECT_LE(device.compute.efficiency, 1);
  EXPECT_LE(device.memory.efficiency, 1);
}

TEST(ShiftConstants, MovesEachDownAndUpAndGivesEveryJobsGain) {
  const Testbed testbed = Testbed::Create(P40(), DrawInputSets(1), 1).value();
  const auto shifts = ShiftConstants(testbed, Jobs("5,19")).value();
  ASSERT_EQ(shifts.size(), 2 * FittedConstants().size());
  for (std::size_t i = 0; i < shifts.size(); ++i) {
    EXPECT_EQ(shifts[i].constant, FittedConstants()[i / 2].name);
    EXPECT_DOUBLE_EQ(shifts[i].factor, i % 2 == 0 ? 0.9 : 1.1);
    ASSERT_EQ(shifts[i].gains.size(), 2U);
    EXPECT_TRUE(shifts[i].gains[0] && shifts[i].gains[1]);
  }
}

TEST(ShiftConstants, GivesTheSameWhateverTheThreads) {
  const Testbed testbed = Testbed::Create(P40(), DrawInputSets(1), 1).value();
  JobsToRun what = Jobs("3,8");
  const auto gains = [&](int threads) {
    what.threads = threads;
    std::vector<std::optional<double>> all;
    const auto shifts = ShiftConstants(testbed, what);
    for (const auto& shift : *shifts) {
      all.insert(all.end(), shift.gains.begin(), shift.gains.end());
    }
    return all;
  };
  EXPECT_EQ(gains(1), gains(3));
}

}  // namespace
}  // namespace batchsizer::sim
