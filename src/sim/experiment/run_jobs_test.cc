#include "sim/experiment/run_jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/experiment/jobs_csv.h"
#include "sim/experiment/testing.h"

namespace batchsizer::sim {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const Testbed& P40() {
  static const Testbed kTestbed =
      Testbed::Create(LoadKnownDevice("p40").value(), DrawInputSets(1), 1).value();
  return kTestbed;
}

JobsToRun Jobs(std::string_view jobs, std::vector<std::string> policies,
               std::int64_t images = 500) {
  return {.jobs = ParseJobs(jobs).value(),
          .policies = std::move(policies),
          .images = images,
          .threads = 1,
          .stop = &kNeverStop};
}

TEST(RunJobs, DoesEveryImageUnderEveryPolicy) {
  const auto results = RunJobs(P40(), Jobs("5,19", PoliciesToCompare(), 333)).value();
  ASSERT_EQ(results.size(), 2U);
  for (const JobResult& result : results) {
    ASSERT_EQ(result.runs.size(), PoliciesToCompare().size());
    for (const PolicyRun& run : result.runs) {
      EXPECT_EQ(run.summary.images, 333) << run.policy;
      EXPECT_EQ(run.summary.policy, run.policy);
      EXPECT_TRUE(run.summary.emulated);
      EXPECT_EQ(run.summary.power_cap_w, result.job.power_cap.value());
      EXPECT_GT(run.summary.throughput_ips, 0);
    }
  }
}

TEST(RunJobs, GivesTheSameWhateverTheThreads) {
  JobsToRun what = Jobs("1..6", {"paper", "dvfs", "batchsizer"});
  const std::string one = JobsCsv(RunJobs(P40(), what).value());
  what.threads = 4;
  EXPECT_EQ(JobsCsv(RunJobs(P40(), what).value()), one);
}

TEST(RunJobs, FindsABestSettingThatNobodyWithinTheCapBeats) {
  const auto results = RunJobs(P40(), Jobs("all", PoliciesToCompare(), 3000)).value();
  for (const JobResult& result : results) {
    EXPECT_GT(result.oracle.value(), 0) << result.job.number;
    for (const PolicyRun& run : result.runs) {
      if (run.summary.time_above_cap_s > 0) continue;
      // The oracle's images are mean ones: the first 3,000 may be smaller.
      EXPECT_LT(run.summary.fraction_of_oracle.value(), 1.03) << result.job.number << run.policy;
    }
  }
}

TEST(RunJobs, KeepsThePapersSetUp) {
  const auto results = RunJobs(P40(), Jobs("7", {"paper", "dvfs"}, 5000)).value();
  const PolicyRun& paper = *results[0].Find("paper");
  EXPECT_EQ(paper.windows.front().setting.batch_size, BatchSize(1));
  EXPECT_EQ(paper.windows.front().batches, 10);
  EXPECT_EQ(paper.windows[1].setting.batch_size, BatchSize(16));  // the middle of nine sizes
  for (const WindowRecord& window : results[0].Find("dvfs")->windows) {
    EXPECT_EQ(window.setting.batch_size, BatchSize(16));
  }
}

TEST(RunJobs, KeepsReadingsOfThoseJobsOnly) {
  JobsToRun what = Jobs("1,2", {"dvfs"});
  what.keep_readings_of = {2};
  const auto results = RunJobs(P40(), what).value();
  EXPECT_THAT(results[0].runs[0].readings, IsEmpty());
  const PolicyRun& kept = results[1].runs[0];
  ASSERT_THAT(kept.readings, Not(IsEmpty()));
  EXPECT_EQ(kept.batch_ends.size(), 32U);  // 500 images at 16
  double highest = 0;
  for (const PowerReading& reading : kept.readings) {
    highest = std::max(highest, reading.power.value());
  }
  EXPECT_EQ(highest, kept.HighestPeak().value());
}

TEST(RunJobs, LeavesTheOracleOutWhereItIsNotAskedFor) {
  JobsToRun what = Jobs("1", {"paper"});
  what.find_oracle = false;
  const auto results = RunJobs(P40(), what).value();
  EXPECT_EQ(results[0].oracle.value(), 0);
  EXPECT_FALSE(results[0].runs[0].summary.fraction_of_oracle);
}

TEST(RunJobs, TellsTheJobsThatAreDone) {
  int done = 0;
  JobsToRun what = Jobs("1..5", {"dvfs"}, 50);
  what.job_done = [&] { ++done; };
  (void)RunJobs(P40(), what).value();
  EXPECT_EQ(done, 5);
}

TEST(RunJobs, LeavesJobsOutOnceStopped) {
  std::atomic<bool> stop{false};
  JobsToRun what = Jobs("1..5", {"dvfs"}, 50);
  what.stop = &stop;
  what.job_done = [&] { stop = true; };
  const auto results = RunJobs(P40(), what).value();
  ASSERT_EQ(results.size(), 5U);
  EXPECT_EQ(results[0].runs.size(), 1U);
  EXPECT_THAT(results[4].runs, IsEmpty());
  EXPECT_EQ(results[4].job.number, 5);
}

TEST(GainOver, IsOfThroughputAndNeedsBoth) {
  const auto results = RunJobs(P40(), Jobs("1", {"paper", "dvfs"})).value();
  const double paper = results[0].Find("paper")->summary.throughput_ips;
  const double dvfs = results[0].Find("dvfs")->summary.throughput_ips;
  EXPECT_DOUBLE_EQ(GainOver(results[0], "paper", "dvfs").value(), paper / dvfs - 1);
  EXPECT_FALSE(GainOver(results[0], "pit", "dvfs"));
  EXPECT_EQ(results[0].Find("pit"), nullptr);
}

TEST(JobsCsv, HasARowAJobAndPolicyUnderTheHeader) {
  const auto results = RunJobs(P40(), Jobs("5,19", {"paper", "dvfs"})).value();
  const std::string csv = JobsCsv(results);
  EXPECT_THAT(csv, StartsWith("job,dnn,dataset,power_cap_w,policy,throughput_ips,mean_batch_size,"
                              "mean_clock_mhz,time_above_cap_s,excess_energy_j,energy_j,"
                              "fraction_of_oracle\n5,mobilenet-v2,imagenet,84,paper,"));
  EXPECT_THAT(csv, HasSubstr("\n19,resnet-v2-101,caltech256,236,dvfs,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
}

}  // namespace
}  // namespace batchsizer::sim
