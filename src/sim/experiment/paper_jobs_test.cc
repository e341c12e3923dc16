#include "sim/experiment/paper_jobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace batchsizer::sim {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<int> Numbers(std::string_view text) {
  const auto jobs = ParseJobs(text);
  std::vector<int> numbers;
  for (const PaperJob& job : jobs.value()) numbers.push_back(job.number);
  return numbers;
}

std::string JobsError(std::string_view text) {
  const auto jobs = ParseJobs(text);
  return jobs ? "" : jobs.error().message;
}

std::string PoliciesError(std::string_view text) {
  const auto policies = ParsePolicies(text);
  return policies ? "" : policies.error().message;
}

TEST(PaperJobs, AreThoseOfTable2) {
  const auto jobs = PaperJobs();
  ASSERT_EQ(jobs.size(), 20U);
  EXPECT_EQ(jobs[4].network, "mobilenet-v2");
  EXPECT_EQ(jobs[4].dataset, "imagenet");
  EXPECT_EQ(jobs[4].power_cap, Watts(84));
  EXPECT_EQ(jobs[18].network, "resnet-v2-101");
  EXPECT_EQ(jobs[18].dataset, "caltech256");
  EXPECT_EQ(jobs[18].power_cap, Watts(236));
  for (const PaperJob& job : jobs) {
    EXPECT_GE(job.power_cap, Watts(50)) << job.number;
    EXPECT_LE(job.power_cap, Watts(250)) << job.number;
  }
}

TEST(ParseJobs, TakesNumbersAndRangesInTheTablesOrder) {
  EXPECT_THAT(Numbers("19,5,1"), ElementsAre(1, 5, 19));
  EXPECT_THAT(Numbers("3, 9..11 ,10"), ElementsAre(3, 9, 10, 11));
  EXPECT_EQ(Numbers("all").size(), 20U);
}

TEST(ParseJobs, SaysWhatIsWrong) {
  EXPECT_THAT(JobsError("21"), AllOf(HasSubstr("21"), HasSubstr("1 to 20")));
  EXPECT_THAT(JobsError("0..3"), HasSubstr("no job 0"));
  EXPECT_THAT(JobsError("five"), AllOf(HasSubstr("'five'"), HasSubstr("1,5,19")));
  EXPECT_THAT(JobsError("1,,2"), HasSubstr("''"));
  EXPECT_THAT(JobsError(""), HasSubstr("''"));
  EXPECT_THAT(JobsError("7..3"), HasSubstr("3..7"));
}

TEST(ParsePolicies, KeepsTheOrderAndTakesEachOnce) {
  EXPECT_THAT(ParsePolicies("dvfs, paper,dvfs").value(), ElementsAre("dvfs", "paper"));
}

TEST(ParsePolicies, NamesTheNearestAndTheKnownOnes) {
  EXPECT_THAT(PoliciesError("papr"),
              AllOf(HasSubstr("'papr'"), HasSubstr("did you mean 'paper'"), HasSubstr("dvfs")));
  EXPECT_THAT(PoliciesError("paper,"), HasSubstr("''"));
}

TEST(PoliciesToCompare, BeginsWithThePapersTwoAndLeavesOutWhatChoosesNothing) {
  const auto policies = PoliciesToCompare();
  ASSERT_GE(policies.size(), 6U);
  EXPECT_EQ(policies[0], "paper");
  EXPECT_EQ(policies[1], "dvfs");
  EXPECT_EQ(std::count(policies.begin(), policies.end(), "fixed"), 0);
  EXPECT_EQ(std::count(policies.begin(), policies.end(), "paper-text"), 0);
  EXPECT_EQ(std::count(policies.begin(), policies.end(), "oracle"), 1);
}

}  // namespace
}  // namespace batchsizer::sim
