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
  EXPECT_EQ(claim.verdict, Verdict::kPartly) << claim.measured;
}

TEST(PaperClaims, NothingIsGainedAfter256) {
  const Claim claim = Emulated("nothing-gained-after-256");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, PowerSwingsBetweenPreparationAndWork) {
  const Claim claim = Emulated("power-swings");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, UtilisationReaches100At512) {
  const Claim claim = Emulated("utilisation-reaches-100");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, SpikesSetTheMaximumAtFewSizes) {
  const Claim claim = Emulated("spikes-set-the-maximum");
  EXPECT_EQ(claim.verdict, Verdict::kDiffers) << claim.measured;
}

TEST(PaperClaims, TheSearchIsLogarithmicInMostJobs) {
  const Claim claim = Emulated("search-is-logarithmic");
  EXPECT_EQ(claim.verdict, Verdict::kPartly) << claim.measured;
}

TEST(PaperClaims, GainsFollowTheCap) {
  const Claim claim = Emulated("gains-follow-the-cap");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, MostTightCapsGainNothing) {
  const Claim claim = Emulated("tight-caps-gain-nothing");
  EXPECT_EQ(claim.verdict, Verdict::kPartly) << claim.measured;
}

// Where the emulation is not the paper's board, the page has to say so.
TEST(PaperClaims, SomeDiffer) {
  for (const char* id : {"mobilenet-gains-little-on-imagenet", "best-gain-is-29",
                         "best-gain-is-job-19", "worst-gain-is-8"}) {
    const Claim claim = Emulated(id);
    EXPECT_EQ(claim.verdict, Verdict::kDiffers) << id << ": " << claim.measured;
  }
}

TEST(PaperClaims, LargeGainsComeWithLargeBatches) {
  const Claim claim = Emulated("large-batch-with-gain");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, MostLooseCapsAreUsed) {
  const Claim claim = Emulated("loose-caps-are-used");
  EXPECT_EQ(claim.verdict, Verdict::kPartly) << claim.measured;
}

TEST(PaperClaims, DvfsCannotUseLooseCaps) {
  const Claim claim = Emulated("dvfs-cannot-use-loose-caps");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, ViolationsAreShortInMostJobs) {
  const Claim claim = Emulated("violations-are-short");
  EXPECT_EQ(claim.verdict, Verdict::kPartly) << claim.measured;
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

TEST(PaperClaims, Job5IsTheWorst) {
  const Claim claim = Emulated("worst-gain-is-job-5");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
}

TEST(PaperClaims, TheBatchIsNear16WhereNothingIsGained) {
  const Claim claim = Emulated("batch-near-16-without-gain");
  EXPECT_EQ(claim.verdict, Verdict::kHolds) << claim.measured;
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
  const auto verdicts = [&](double imagenet, double caltech) {
    results.curves = {curve(imagenet, "imagenet"), curve(caltech, "caltech256")};
    return std::pair(VerdictOn("mobilenet-gains-on-caltech", results),
                     VerdictOn("mobilenet-gains-little-on-imagenet", results));
  };
  EXPECT_EQ(verdicts(9, 40), std::pair(Verdict::kHolds, Verdict::kHolds));
  EXPECT_EQ(verdicts(19, 30), std::pair(Verdict::kPartly, Verdict::kPartly));
  EXPECT_EQ(verdicts(152, 231), std::pair(Verdict::kPartly, Verdict::kDiffers));
  EXPECT_EQ(verdicts(30, 20), std::pair(Verdict::kDiffers, Verdict::kDiffers));
}

// Twenty jobs; job `number` runs at so many images/s against 100, the others at little
// more or less than 100.
PaperResults WithOneGain(int number, double ips) {
  std::vector<JobResult> jobs;
  for (int job = 1; job <= 20; ++job) {
    jobs.push_back(Job(job, job == number ? ips : 99 + 0.1 * job, 100));
  }
  return OfJobs(std::move(jobs));
}

TEST(JudgeClaim, HoldsTheLargestGainToPoints) {
  EXPECT_EQ(VerdictOn("best-gain-is-29", WithOneGain(3, 133)), Verdict::kHolds);
  EXPECT_EQ(VerdictOn("best-gain-is-29", WithOneGain(3, 138)), Verdict::kPartly);
  EXPECT_EQ(VerdictOn("best-gain-is-29", WithOneGain(3, 140)), Verdict::kDiffers);
  EXPECT_EQ(VerdictOn("best-gain-is-29", WithOneGain(3, 118)), Verdict::kDiffers);
}

TEST(JudgeClaim, HoldsTheSmallestGainToPoints) {
  EXPECT_EQ(VerdictOn("worst-gain-is-8", WithOneGain(3, 96)), Verdict::kHolds);
  EXPECT_EQ(VerdictOn("worst-gain-is-8", WithOneGain(3, 83)), Verdict::kPartly);
  EXPECT_EQ(VerdictOn("worst-gain-is-8", WithOneGain(3, 77)), Verdict::kDiffers);
}

TEST(JudgeClaim, LooksForTheBestGainWhereThePaperHasIt) {
  PaperResults results = WithOneGain(19, 150);
  EXPECT_EQ(VerdictOn("best-gain-is-job-19", results), Verdict::kHolds);
  results.jobs[0] = Job(1, 160, 100);
  results.jobs[1] = Job(2, 160, 100);
  EXPECT_EQ(VerdictOn("best-gain-is-job-19", results), Verdict::kPartly);
  results.jobs[2] = Job(3, 160, 100);
  EXPECT_EQ(VerdictOn("best-gain-is-job-19", results), Verdict::kDiffers);
}

TEST(JudgeClaim, LooksForTheWorstGainWhereThePaperHasIt) {
  PaperResults results = WithOneGain(5, 70);
  EXPECT_EQ(VerdictOn("worst-gain-is-job-5", results), Verdict::kHolds);
  results.jobs[0] = Job(1, 60, 100);
  EXPECT_EQ(VerdictOn("worst-gain-is-job-5", results), Verdict::kPartly);
  results.jobs[1] = Job(2, 60, 100);
  results.jobs[2] = Job(3, 60, 100);
  EXPECT_EQ(VerdictOn("worst-gain-is-job-5", results), Verdict::kDiffers);
  std::vector<JobResult> gains;
  for (int number = 1; number <= 20; ++number) gains.push_back(Job(number, 120, 100));
  gains[4] = Job(5, 110, 100);
  EXPECT_EQ(VerdictOn("worst-gain-is-job-5", OfJobs(gains)), Verdict::kDiffers);
}

TEST(JudgeClaim, AllowsTightCapsNoLossBeyondThePapersWorst) {
  JobResult job = Job(14, 93, 100);
  job.runs[1].summary.final_clock_mhz = 544;
  EXPECT_EQ(VerdictOn("tight-caps-gain-nothing", OfJobs({job})), Verdict::kHolds);
  job.runs[0].summary.throughput_ips = 91;
  EXPECT_EQ(VerdictOn("tight-caps-gain-nothing", OfJobs({job})), Verdict::kDiffers);
}

TEST(JudgeClaim, TakesNoSpikeForOneThatIsLittleAboveTheBusyMean) {
  PaperResults results;
  const auto verdict = [&](double spike) {
    results.traces = {{.workload = {}, .batch_size = BatchSize(32), .samples = {}}};
    for (const double watts : {50.0, 50.0, 50.0, 100.0, 100.0, 100.0, 100.0, spike}) {
      results.traces[0].samples.push_back({.power = Watts(watts)});
    }
    return VerdictOn("spikes-set-the-maximum", results);
  };
  EXPECT_EQ(verdict(105), Verdict::kDiffers);
  EXPECT_EQ(verdict(120), Verdict::kHolds);
}

TEST(JudgeClaim, AsksForTheBandWhereALooseCapIsToBeUsed) {
  JobResult job = Job(7, 100, 100);  // 246 W
  WindowRecord window;
  window.peak_power = Watts(100);
  job.runs[1].windows = {window};
  window.peak_power = Watts(200);
  job.runs[0].windows = {window};
  EXPECT_EQ(VerdictOn("loose-caps-are-used", OfJobs({job})), Verdict::kHolds);
  job.runs[0].windows[0].peak_power = Watts(190);
  job.runs[0].summary.final_batch_size = kPaperLargestBatch;
  EXPECT_EQ(VerdictOn("loose-caps-are-used", OfJobs({job})), Verdict::kDiffers);
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

TEST(JudgeClaim, CountsViolationsThatAreLongHighOrMany) {
  const auto verdict = [](std::int64_t windows, double seconds, double above) {
    JobResult job = Job(1, 100, 100);
    job.runs[0].summary.longest_violation_windows = windows;
    job.runs[0].summary.time_above_cap_s = seconds;  // of 100
    WindowRecord window;
    window.peak_power = above * job.job.power_cap;
    job.runs[0].windows = {window};
    return VerdictOn("violations-are-short", OfJobs({job}));
  };
  EXPECT_EQ(verdict(2, 2, 1.04), Verdict::kHolds);
  EXPECT_EQ(verdict(4, 2, 1.04), Verdict::kDiffers);
  EXPECT_EQ(verdict(2, 6, 1.04), Verdict::kDiffers);
  EXPECT_EQ(verdict(2, 2, 1.06), Verdict::kDiffers);
}

TEST(ClaimRules, HaveNamesOfTheirOwn) {
  std::set<std::string_view> ids;
  for (const ClaimRule& rule : ClaimRules()) ids.insert(rule.id);
  EXPECT_EQ(ids.size(), ClaimRules().size());
}

}  // namespace
}  // namespace batchsizer::sim
