// Each claim of the paper on the emulated P40, and that verdicts follow the results.
#include "sim/experiment/claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sim/experiment/testing.h"

namespace batchsizer::sim {
namespace {

using record::Claim;
using record::Verdict;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Claim Emulated(std::string_view id) { return JudgeClaim(id, EmulatedPaper()).value(); }

// --- The emulation ------------------------------------------------------------

TEST(PaperClaims, ThroughputRisesWithTheBatchSize) {
  const Claim claim = Emulated("throughput-rises");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, PeakPowerRisesWithTheBatchSize) {
  const Claim claim = Emulated("peak-power-rises");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, MobileNetGainsMoreOnCaltech256) {
  const Claim claim = Emulated("mobilenet-gains-on-caltech");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, NothingIsGainedAfter256) {
  const Claim claim = Emulated("nothing-gained-after-256");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, PowerSwingsBetweenPreparationAndWork) {
  const Claim claim = Emulated("power-swings");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, UtilisationReaches100At512) {
  const Claim claim = Emulated("utilisation-reaches-100");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, SpikesSetTheMaximum) {
  const Claim claim = Emulated("spikes-set-the-maximum");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, TheSearchIsLogarithmicInMostJobs) {
  const Claim claim = Emulated("search-is-logarithmic");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, GainsFollowTheCap) {
  const Claim claim = Emulated("gains-follow-the-cap");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, TightCapsGainNothing) {
  const Claim claim = Emulated("tight-caps-gain-nothing");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, Job19IsAmongTheLargestGains) {
  const Claim claim = Emulated("best-gain-is-job-19");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, LargeGainsComeWithLargeBatches) {
  const Claim claim = Emulated("large-batch-with-gain");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, LooseCapsAreUsed) {
  const Claim claim = Emulated("loose-caps-are-used");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, DvfsCannotUseLooseCaps) {
  const Claim claim = Emulated("dvfs-cannot-use-loose-caps");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, ViolationsAreShortInMostJobs) {
  const Claim claim = Emulated("violations-are-short");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

// The paper gives two of its twenty gains in numbers. The emulation is fitted to other
// measurements than the paper's, and moving one of its constants by 10 % moves a gain
// by up to 16 points (docs/paper.md): they are held to 20.
constexpr double kGainTolerance = 0.20;

TEST(PaperClaims, ThePublishedGainsAreNear) {
  const auto gain = [](int job) {
    return GainOver(*EmulatedPaper().FindJob(job), "paper", "dvfs").value();
  };
  EXPECT_NEAR(gain(19), 0.29, kGainTolerance);
  EXPECT_NEAR(gain(5), -0.08, kGainTolerance);
}

TEST(PaperClaims, NoGainIsFarOutsideThePapersRange) {
  for (const JobResult& job : EmulatedPaper().jobs) {
    const double gain = GainOver(job, "paper", "dvfs").value();
    EXPECT_GT(gain, -0.08 - kGainTolerance) << job.job.number;
    EXPECT_LT(gain, 0.29 + kGainTolerance) << job.job.number;
  }
}

TEST(PaperClaims, Job5IsAmongTheWorst) {
  const Claim claim = Emulated("worst-gain-is-job-5");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, TheBatchIsNear16WhereNothingIsGained) {
  const Claim claim = Emulated("batch-near-16-without-gain");
  EXPECT_NE(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, AreAllJudgedAndSayWhyWhereTheyDiffer) {
  const auto claims = JudgeClaims(EmulatedPaper());
  EXPECT_EQ(claims.size(), ClaimRules().size());
  for (const Claim& claim : claims) {
    EXPECT_THAT(claim.place, HasSubstr("section"));
    EXPECT_THAT(claim.measured, Not(IsEmpty()));
    EXPECT_EQ(claim.why.empty(), claim.verdict == Verdict::kHolds) << claim.sentence;
  }
}

// --- Verdicts -----------------------------------------------------------------

BatchCurve Curve(std::initializer_list<double> throughputs, std::initializer_list<double> peaks,
                 Workload workload = {"mobilenet-v1", "imagenet"}) {
  BatchCurve curve{.workload = workload, .runs = {}};
  int batch = 1;
  auto peak = peaks.begin();
  for (const double throughput : throughputs) {
    curve.runs.push_back({BatchSize(batch), ImagesPerSecond(throughput), Watts(*peak++), Watts(1)});
    batch *= 2;
  }
  return curve;
}

JobResult Job(int number, double paper_ips, double dvfs_ips) {
  JobResult result{
      .job = PaperJobs()[static_cast<std::size_t>(number - 1)], .oracle = {}, .runs = {}};
  for (const char* policy : {"paper", "dvfs"}) {
    PolicyRun run{.policy = policy, .summary = {}, .windows = {}, .readings = {}, .batch_ends = {}};
    run.summary.throughput_ips = policy[0] == 'p' ? paper_ips : dvfs_ips;
    run.summary.mean_batch_size = 100;
    run.summary.time_s = 100;
    run.summary.final_clock_mhz = 1531;
    result.runs.push_back(run);
  }
  return result;
}

PaperResults OfJobs(std::vector<JobResult> jobs) {
  PaperResults results;
  results.device = LoadKnownDevice("p40").value();
  results.policies = {"paper", "dvfs"};
  results.jobs = std::move(jobs);
  return results;
}

Verdict VerdictOn(std::string_view id, const PaperResults& results) {
  return JudgeClaim(id, results).value().verdict;
}

TEST(JudgeClaim, CountsTheCurvesThatRise) {
  PaperResults results;
  results.curves = {Curve({10, 20, 30}, {60, 70, 80})};
  results.curves[0].runs[2].batch_size = BatchSize(128);
  EXPECT_EQ(VerdictOn("throughput-rises", results), Verdict::kHolds);
  results.curves.push_back(Curve({30, 20, 10}, {60, 70, 80}));
  EXPECT_EQ(VerdictOn("throughput-rises", results), Verdict::kPartly);
  results.curves.push_back(Curve({30, 20, 10}, {60, 70, 80}));
  EXPECT_EQ(VerdictOn("throughput-rises", results), Verdict::kDiffers);
}

TEST(JudgeClaim, ForgivesAPeakThatTheSensorMissedByLittle) {
  PaperResults results;
  results.curves = {Curve({1, 1, 1}, {100, 150, 149})};
  EXPECT_EQ(VerdictOn("peak-power-rises", results), Verdict::kHolds);
  results.curves = {Curve({1, 1, 1}, {100, 150, 140})};
  EXPECT_EQ(VerdictOn("peak-power-rises", results), Verdict::kDiffers);
}

TEST(JudgeClaim, TellsMobileNetsInputsApart) {
  PaperResults results;
  const auto curve = [](double gain, const char* set) {
    return Curve({100, 100, 100, 100, 100, 100, 100, 100, 100 + gain}, {1, 1, 1, 1, 1, 1, 1, 1, 1},
                 {"mobilenet-v1", set});
  };
  results.curves = {curve(4, "imagenet"), curve(40, "caltech256")};
  EXPECT_EQ(VerdictOn("mobilenet-gains-on-caltech", results), Verdict::kHolds);
  results.curves = {curve(30, "imagenet"), curve(40, "caltech256")};
  EXPECT_EQ(VerdictOn("mobilenet-gains-on-caltech", results), Verdict::kPartly);
  results.curves = {curve(30, "imagenet"), curve(20, "caltech256")};
  EXPECT_EQ(VerdictOn("mobilenet-gains-on-caltech", results), Verdict::kDiffers);
}

TEST(JudgeClaim, LooksForTheBestGainWhereThePaperHasIt) {
  std::vector<JobResult> jobs;
  for (int number = 1; number <= 20; ++number) jobs.push_back(Job(number, 100 + number, 100));
  jobs[18] = Job(19, 129, 100);
  EXPECT_EQ(VerdictOn("best-gain-is-job-19", OfJobs(jobs)), Verdict::kHolds);
  jobs[18] = Job(19, 118, 100);
  EXPECT_EQ(VerdictOn("best-gain-is-job-19", OfJobs(jobs)), Verdict::kPartly);
  jobs[18] = Job(19, 95, 100);
  EXPECT_EQ(VerdictOn("best-gain-is-job-19", OfJobs(jobs)), Verdict::kDiffers);
}

TEST(JudgeClaim, LooksForTheWorstGainWhereThePaperHasIt) {
  std::vector<JobResult> jobs;
  for (int number = 1; number <= 20; ++number) jobs.push_back(Job(number, 100 + number, 100));
  jobs[4] = Job(5, 93, 100);
  EXPECT_EQ(VerdictOn("worst-gain-is-job-5", OfJobs(jobs)), Verdict::kHolds);
  jobs[4] = Job(5, 99, 100);
  EXPECT_EQ(VerdictOn("worst-gain-is-job-5", OfJobs(jobs)), Verdict::kPartly);
  jobs[4] = Job(5, 110, 100);
  EXPECT_EQ(VerdictOn("worst-gain-is-job-5", OfJobs(jobs)), Verdict::kDiffers);
}

TEST(JudgeClaim, SaysNothingOfWhatWasNotRun) {
  const PaperResults none = OfJobs({});
  for (const ClaimRule& rule : ClaimRules()) EXPECT_FALSE(rule.judge(none)) << rule.id;
  EXPECT_FALSE(JudgeClaim("best-gain-is-job-19", OfJobs({Job(19, 129, 100)})));
}

TEST(JudgeClaim, SaysNothingOfSizesThatTheDeviceDoesNotReach) {
  PaperResults results;
  results.curves = {Curve({1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 1, 1, 1, 1, 1, 1, 1, 1})};
  EXPECT_FALSE(JudgeClaim("nothing-gained-after-256", results));
  results.curves = {Curve({1, 2, 3, 4, 5, 6, 7, 8, 9, 9}, {1, 1, 1, 1, 1, 1, 1, 1, 1, 2})};
  EXPECT_EQ(VerdictOn("nothing-gained-after-256", results), Verdict::kHolds);
}

TEST(JudgeClaim, IsRefutedWhereDvfsUsesEveryCap) {
  std::vector<JobResult> jobs;
  for (int number = 1; number <= 20; ++number) {
    jobs.push_back(Job(number, 100, 100));
    WindowRecord window;
    window.peak_power = jobs.back().job.power_cap;
    jobs.back().runs[1].windows = {window};
  }
  EXPECT_EQ(VerdictOn("dvfs-cannot-use-loose-caps", OfJobs(jobs)), Verdict::kDiffers);
  jobs.resize(3);
  EXPECT_FALSE(JudgeClaim("dvfs-cannot-use-loose-caps", OfJobs(jobs)));
}

TEST(JudgeClaim, CountsLongViolationsAsSuch) {
  JobResult job = Job(1, 100, 100);
  job.runs[0].summary.longest_violation_windows = 2;
  job.runs[0].summary.time_above_cap_s = 2;
  EXPECT_EQ(VerdictOn("violations-are-short", OfJobs({job})), Verdict::kHolds);
  job.runs[0].summary.longest_violation_windows = 4;
  EXPECT_EQ(VerdictOn("violations-are-short", OfJobs({job})), Verdict::kDiffers);
}

TEST(ClaimRules, HaveNamesOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const ClaimRule& rule : ClaimRules()) ids.insert(rule.id);
  EXPECT_EQ(ids.size(), ClaimRules().size());
}

}  // namespace
}  // namespace batchsizer::sim
