// The metrics of design section 5, from hand-made records.
#include "record/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace batchsizer::record {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

// Windows of a run, one after the other.
class History {
 public:
  // A window of `length` at `batch`, after which the next batch size is chosen.
  WindowRecord& Window(int length_s, int batch, int next, double peak_w, double cap_w = 100) {
    WindowRecord record;
    record.start = now_;
    record.end = now_ += seconds(length_s);
    record.batches = 10;
    record.images = std::int64_t{10} * batch;
    record.setting = {BatchSize(batch), Megahertz(1000)};
    record.peak_power = Watts(peak_w);
    record.cap = Watts(cap_w);
    record.energy = Watts(peak_w) * seconds(length_s);
    record.decision = {{BatchSize(next), Megahertz(1000)}, Action::kKeep, Reason::kWithinBand};
    return windows_.emplace_back(record);
  }
  [[nodiscard]] Summary Sum() const {
    SummaryBuilder builder{TimePoint{}};
    for (const auto& window : windows_) builder.Add(window);
    return builder.Build();
  }

 private:
  std::vector<WindowRecord> windows_;
  TimePoint now_{};
};

TEST(Summary, AddsUpImagesTimeAndEnergy) {
  History run;
  run.Window(1, 1, 4, 50);
  run.Window(3, 4, 4, 90);
  const Summary sum = run.Sum();
  EXPECT_EQ(sum.images, 50);
  EXPECT_EQ(sum.windows, 2);
  EXPECT_DOUBLE_EQ(sum.time_s, 4);
  EXPECT_DOUBLE_EQ(sum.throughput_ips, 12.5);
  EXPECT_DOUBLE_EQ(sum.energy_j, 320);
  EXPECT_DOUBLE_EQ(sum.images_per_joule, 50.0 / 320);
  EXPECT_DOUBLE_EQ(sum.mean_batch_size, 2.5);
  EXPECT_EQ(sum.final_batch_size, 4);
  EXPECT_EQ(sum.changes, 1);
  EXPECT_EQ(sum.converged_at_s, 1.0);
}

TEST(Summary, WeighsTheClockByTime) {
  History run;
  run.Window(1, 1, 1, 50).setting.clock = Megahertz(500);
  run.Window(3, 1, 1, 50);
  EXPECT_DOUBLE_EQ(run.Sum().mean_clock_mhz.value(), (500 + 3 * 1000) / 4.0);
}

TEST(Summary, CountsTimeAboveTheCapBeyondHalfAPerCent) {
  History run;
  run.Window(1, 1, 1, 100.49);
  run.Window(2, 1, 1, 100.51);
  run.Window(4, 1, 1, 120);
  run.Window(8, 1, 1, 100);
  run.Window(16, 1, 1, 130);
  const Summary sum = run.Sum();
  EXPECT_DOUBLE_EQ(sum.time_above_cap_s, 22);
  EXPECT_EQ(sum.longest_violation_windows, 2);
  EXPECT_DOUBLE_EQ(sum.longest_violation_s, 16);
  EXPECT_EQ(sum.time_above_cap_true_s, std::nullopt);
}

TEST(Summary, CountsTheTruePeakBesidesTheObservedOne) {
  History run;
  run.Window(1, 1, 1, 90).true_peak_power = Watts(110);
  run.Window(2, 1, 1, 90).true_peak_power = Watts(95);
  EXPECT_EQ(run.Sum().time_above_cap_true_s, 1.0);
  EXPECT_DOUBLE_EQ(run.Sum().time_above_cap_s, 0);
}

TEST(Summary, WindowWithoutAReadingIsNoViolation) {
  History run;
  run.Window(1, 1, 1, 120);
  run.Window(1, 1, 1, 0).peak_power.reset();
  EXPECT_DOUBLE_EQ(run.Sum().time_above_cap_s, 1);
}

TEST(Summary, HasNotConvergedWhileItStillChanges) {
  History run;
  run.Window(1, 1, 2, 50);
  EXPECT_EQ(run.Sum().converged_at_s, std::nullopt);
}

TEST(Summary, CountsConvergenceFromTheLastCap) {
  History run;
  run.Window(1, 1, 2, 50);
  run.Window(1, 2, 2, 60);
  run.Window(1, 2, 2, 60, /*cap_w=*/90);
  run.Window(1, 2, 2, 60, /*cap_w=*/90);
  EXPECT_EQ(run.Sum().converged_at_s, 2.0);
  EXPECT_DOUBLE_EQ(run.Sum().power_cap_w, 90);
}

TEST(Summary, KnowsWhetherTheCapCouldBeMet) {
  History run;
  run.Window(1, 1, 1, 90);
  EXPECT_FALSE(run.Sum().CapCouldNotBeMet());
  run.Window(1, 1, 1, 120).decision.action = Action::kImpossible;
  run.Window(1, 1, 1, 120).decision.action = Action::kSafe;
  EXPECT_TRUE(run.Sum().CapCouldNotBeMet());
  EXPECT_EQ(run.Sum().impossible_windows, 1);
  EXPECT_EQ(run.Sum().safe_windows, 1);
}

TEST(Summary, OfNothingIsZeroAndNotNan) {
  const Summary sum = SummaryBuilder(TimePoint(seconds(5))).Build();
  EXPECT_DOUBLE_EQ(sum.time_s, 0);
  EXPECT_DOUBLE_EQ(sum.throughput_ips, 0);
  EXPECT_DOUBLE_EQ(sum.mean_batch_size, 0);
  EXPECT_DOUBLE_EQ(sum.images_per_joule, 0);
}

TEST(SummaryJson, HasTheKeysOfTheDesign) {
  History run;
  run.Window(1, 1, 2, 50);
  const auto json = ToJson(run.Sum());
  for (const char* key : {"policy",
                          "device",
                          "emulated",
                          "images",
                          "failed_images",
                          "time_s",
                          "throughput_ips",
                          "energy_j",
                          "images_per_joule",
                          "mean_batch_size",
                          "mean_clock_mhz",
                          "windows",
                          "changes",
                          "time_above_cap_s",
                          "excess_energy_j",
                          "longest_violation_windows",
                          "converged_at_s",
                          "final_batch_size",
                          "final_clock_mhz",
                          "power_cap_w",
                          "oracle_throughput_ips",
                          "fraction_of_oracle",
                          "fraction_of_own_oracle"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_TRUE(json["converged_at_s"].is_null());
  EXPECT_TRUE(json["oracle_throughput_ips"].is_null());
  EXPECT_EQ(json["images"], 10);
}

TEST(SummaryText, SaysTheTimeAboveTheCapBesideTheThroughput) {
  History run;
  run.Window(1, 1, 1, 120);
  run.Window(3, 1, 1, 90);
  const std::string text = ToText(run.Sum());
  EXPECT_THAT(text, HasSubstr("5.0 images/s"));
  EXPECT_THAT(text, HasSubstr("1.000 s"));
  EXPECT_THAT(text, HasSubstr("25.00 %"));
}

}  // namespace
}  // namespace batchsizer::record
