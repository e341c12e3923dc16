#include "sim/simulate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "sim/best_setting.h"

namespace batchsizer::sim {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

struct Windows final : public RecordSink {
  void OnWindow(const WindowRecord& record) override { all.push_back(record); }
  void OnNotice(const Notice&) override {}
  std::vector<WindowRecord> all;
};

// Two clocks; at the high one 60 W + 2 W an image up to batch 32.
Curve SmallCurve() {
  std::vector<CurvePoint> points;
  for (const double clock : {500.0, 1000.0}) {
    for (const int size : {1, 2, 4, 8, 16, 32}) {
      const double share = clock / 1000;
      points.push_back({BatchSize(size), Megahertz(clock),
                        ImagesPerSecond(share * 1000 * size / (size + 4.0)),
                        Watts((0.4 + 0.6 * share) * (60.0 + 2 * size))});
    }
  }
  return Curve::FromGrid(std::move(points));
}

SimulateOptions Options(std::string policy, double cap_w) {
  SimulateOptions options;
  options.controller.policy.name = std::move(policy);
  options.cap = {{Duration(0), Watts(cap_w)}};
  options.duration = seconds(60);
  return options;
}

record::Summary Simulated(const SimulateOptions& options, Windows* windows = nullptr) {
  return Simulate(SmallCurve(), options, windows).value();
}

std::string ErrorOf(const SimulateOptions& options) {
  const auto summary = Simulate(SmallCurve(), options, nullptr);
  return summary ? "" : summary.error().message;
}

TEST(Simulate, RunsForTheTimeAskedAndOneBatchAtMostLonger) {
  const auto sum = Simulated(Options("fixed", 200));
  EXPECT_GE(sum.time_s, 60);
  EXPECT_LE(sum.time_s, 60 + 32 / 100.0);
  EXPECT_TRUE(sum.emulated);
  EXPECT_EQ(sum.policy, "fixed");
}

TEST(Simulate, ASetFlagEndsItAndTheSummaryTellsOfWhatRan) {
  struct StopAfterThree final : public RecordSink {
    void OnWindow(const WindowRecord&) override { stop = ++windows == 3; }
    void OnNotice(const Notice&) override {}
    int windows = 0;
    std::atomic<bool> stop{false};
  } sink;
  SimulateOptions options = Options("fixed", 200);
  options.stop = &sink.stop;
  const auto sum = Simulate(SmallCurve(), options, &sink).value();
  EXPECT_EQ(sum.windows, 3);
  EXPECT_NEAR(sum.throughput_ips, 800, 1e-3);
}

TEST(Simulate, ARunWithoutAWindowStillHasItsSettingAndCap) {
  SimulateOptions options = Options("fixed", 200);
  options.duration = Duration(0);
  const auto sum = Simulated(options);
  EXPECT_EQ(sum.windows, 0);
  EXPECT_EQ(sum.final_batch_size, 16);
  EXPECT_EQ(sum.final_clock_mhz, 1000);
  EXPECT_EQ(sum.power_cap_w, 200);
}

TEST(Simulate, FixedReachesTheCurvesThroughputAndPower) {
  const auto sum = Simulated(Options("fixed", 200));  // batch 16 at 1000 MHz
  EXPECT_NEAR(sum.throughput_ips, 800, 1e-3);
  EXPECT_NEAR(sum.energy_j / sum.time_s, 92, 1e-6);
  EXPECT_EQ(sum.mean_clock_mhz, 1000);
  EXPECT_NEAR(sum.fraction_of_own_oracle.value(), 1, 1e-6);
}

TEST(Simulate, IsTheSameForASeedAndAnotherForAnother) {
  SimulateOptions options = Options("batchsizer", 95);
  options.noise = 0.03;
  Windows first;
  Windows second;
  Windows other;
  EXPECT_EQ(record::ToJson(Simulated(options, &first)),
            record::ToJson(Simulated(options, &second)));
  ASSERT_EQ(first.all.size(), second.all.size());
  for (std::size_t i = 0; i < first.all.size(); ++i) {
    EXPECT_EQ(first.all[i].peak_power, second.all[i].peak_power);
    EXPECT_EQ(first.all[i].decision.setting, second.all[i].decision.setting);
  }
  options.seed = 2;
  (void)Simulated(options, &other);
  EXPECT_NE(first.all.front().peak_power, other.all.front().peak_power);
}

TEST(Simulate, EveryPolicyStaysUnderTheCapOnceSettled) {
  for (const auto name : PolicyNames()) {
    SCOPED_TRACE(name);
    SimulateOptions options = Options(std::string(name), 95);
    Windows windows;
    const auto sum = Simulated(options, &windows);
    EXPECT_GT(sum.images, 0);
    EXPECT_LE(windows.all.back().peak_power.value(), Watts(95));
    EXPECT_LT(sum.time_above_cap_s, 0.1 * sum.time_s);
    EXPECT_LE(sum.fraction_of_own_oracle.value(), 1.01);  // above 1 only while above the cap
  }
}

TEST(Simulate, SummaryAgreesWithTheWindows) {
  SimulateOptions options = Options("dvfs", 85);
  options.noise = 0.01;
  options.cap.push_back({seconds(30), Watts(70)});
  Windows windows;
  const auto sum = Simulated(options, &windows);
  std::int64_t images = 0;
  std::int64_t changes = 0;
  double above_s = 0;
  for (const auto& window : windows.all) {
    images += window.images;
    changes += window.decision.setting != window.setting ? 1 : 0;
    const bool above = window.peak_power && window.peak_power->value() > 1.005 * window.cap.value();
    above_s += above ? ToSeconds(window.end - window.start) : 0;
  }
  EXPECT_EQ(sum.images, images);
  EXPECT_EQ(sum.changes, changes);
  EXPECT_NEAR(sum.time_above_cap_s, above_s, 1e-9);
  EXPECT_EQ(sum.windows, static_cast<std::int64_t>(windows.all.size()));
  EXPECT_NEAR(sum.time_s, ToSeconds(windows.all.back().end - windows.all.front().start), 1e-9);
}

TEST(Simulate, OracleReachesAllOfTheOracle) {
  const auto sum = Simulated(Options("oracle", 95));
  EXPECT_NEAR(sum.fraction_of_oracle.value(), 1, 1e-6);
  EXPECT_NEAR(sum.fraction_of_own_oracle.value(), 1, 1e-6);
  EXPECT_EQ(sum.final_batch_size, 17);  // 60 + 2 x 17 = 94 W: any integer, not only the table's
}

TEST(Simulate, OracleUsesOnlyTheBatchSizesGiven) {
  SimulateOptions options = Options("oracle", 95);
  options.batch_sizes_given = true;
  options.controller.policy.batch_sizes = {BatchSize(1), BatchSize(8)};
  const auto sum = Simulated(options);
  EXPECT_EQ(sum.final_batch_size, 8);
  EXPECT_LT(sum.fraction_of_oracle.value(), 1);
  EXPECT_NEAR(sum.fraction_of_own_oracle.value(), 1, 1e-6);
}

TEST(Simulate, SaysThatTheCapCannotBeMet) {
  const auto sum = Simulated(Options("batchsizer", 30));
  EXPECT_TRUE(sum.CapCouldNotBeMet());
  EXPECT_EQ(sum.final_batch_size, 1);
  EXPECT_EQ(sum.oracle_throughput_ips, 0.0);
  EXPECT_EQ(sum.fraction_of_oracle, std::nullopt);
}

TEST(Simulate, FollowsACapTrace) {
  SimulateOptions options = Options("batchsizer", 70);
  options.cap.push_back({seconds(20), Watts(200)});
  options.cap.push_back({seconds(40), Watts(80)});
  Windows windows;
  (void)Simulated(options, &windows);
  int largest = 0;
  for (const auto& window : windows.all) {
    const bool middle = window.end > TimePoint(seconds(30)) && window.end < TimePoint(seconds(40));
    if (middle) largest = std::max(largest, window.setting.batch_size.value());
  }
  EXPECT_EQ(largest, 32);
  EXPECT_EQ(windows.all.back().setting.batch_size, BatchSize(8));
}

TEST(Simulate, RefusesBatchSizesOutsideTheCurve) {
  for (const char* policy : {"batchsizer", "oracle"}) {
    SimulateOptions options = Options(policy, 95);
    options.batch_sizes_given = true;
    options.controller.policy.batch_sizes = {BatchSize(1), BatchSize(64)};
    EXPECT_EQ(ErrorOf(options),
              "batch sizes: 64 is outside the curve, which has batch sizes 1 to 32");
  }
  SimulateOptions options = Options("fixed", 95);
  options.controller.policy.fixed_batch_size = BatchSize(33);
  EXPECT_THAT(ErrorOf(options), HasSubstr("batch: 33 is outside the curve"));
}

TEST(Simulate, PassesOnWhatTheOthersRefuse) {
  EXPECT_THAT(ErrorOf(Options("batchsizr", 95)), HasSubstr("did you mean 'batchsizer'"));
  EXPECT_THAT(ErrorOf(Options("batchsizer", 0)), HasSubstr("not a cap"));
  SimulateOptions options = Options("dvfs", 95);
  options.controller.policy.start_clock = Megahertz(750);
  EXPECT_THAT(ErrorOf(options), HasSubstr("750 MHz is not one of the device's: 500, 1000"));
}

TEST(OracleThroughput, IsTheFastestPointUnderTheCapWeightedByTime) {
  const std::vector<CurvePoint> points{
      {BatchSize(1), Megahertz(500), ImagesPerSecond(10), Watts(50)},
      {BatchSize(2), Megahertz(500), ImagesPerSecond(30), Watts(80)},
      {BatchSize(4), Megahertz(500), ImagesPerSecond(25), Watts(70)}};
  const auto at = [&](std::vector<SteppedCap::Step> steps) {
    return OracleThroughput(points, steps, seconds(10)).value();
  };
  EXPECT_DOUBLE_EQ(at({{seconds(0), Watts(80)}}), 30);
  EXPECT_DOUBLE_EQ(at({{seconds(0), Watts(79.9)}}), 25);
  EXPECT_DOUBLE_EQ(at({{seconds(0), Watts(49)}}), 0);
  EXPECT_DOUBLE_EQ(at({{seconds(0), Watts(60)}, {seconds(4), Watts(90)}}), 0.4 * 10 + 0.6 * 30);
  EXPECT_DOUBLE_EQ(at({{seconds(0), Watts(60)}, {seconds(20), Watts(90)}}), 10);
}

}  // namespace
}  // namespace batchsizer::sim
