// Policies by name: what is there, and what is refused with which sentence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "batchsizer/policies.h"

namespace batchsizer {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

std::vector<BatchSize> Sizes(const std::vector<int>& values) {
  std::vector<BatchSize> sizes;
  sizes.reserve(values.size());
  for (const int value : values) sizes.emplace_back(value);
  return sizes;
}

Error ErrorOf(const PolicyOptions& options) {
  auto policy = MakePolicy(options);
  if (policy) return {ErrorCode::kInternal, "made all the same"};
  return policy.error();
}

PolicyOptions Named(std::string name) {
  PolicyOptions options;
  options.name = std::move(name);
  return options;
}

TEST(PolicyRegistry, KnowsThePoliciesOfTheDesign) {
  EXPECT_THAT(PolicyNames(), IsSupersetOf({"fixed", "paper", "paper-text", "dvfs", "pit",
                                           "power-limit", "batchsizer", "oracle"}));
}

TEST(PolicyRegistry, MakesEachUnderItsOwnName) {
  for (const auto name : PolicyNames()) {
    PolicyOptions options = Named(std::string(name));
    options.clocks = {Megahertz(544), Megahertz(1531)};
    options.known_curve = {{BatchSize(1), Megahertz(544), ImagesPerSecond(10), Watts(50)}};
    const auto policy = MakePolicy(options);
    ASSERT_TRUE(policy.has_value()) << name << ": " << policy.error().message;
    EXPECT_EQ((*policy)->Name(), name);
  }
}

TEST(PolicyRegistry, NamesTheNearestOfAnUnknownOne) {
  const Error error = ErrorOf(Named("batchsizr"));
  EXPECT_EQ(error.code, ErrorCode::kInvalidInput);
  EXPECT_EQ(error.message, "policy 'batchsizr' is not known; did you mean 'batchsizer'?");
  EXPECT_THAT(ErrorOf(Named("qqqqqqqqqqqqqqqqq")).message, HasSubstr("known: fixed, paper"));
  EXPECT_THAT(ErrorOf(Named("")).message, HasSubstr("is not known"));
}

TEST(PolicyRegistry, RefusesBatchSizesThatAreNone) {
  PolicyOptions options;
  options.batch_sizes = {};
  EXPECT_THAT(ErrorOf(options).message, HasSubstr("the list is empty"));
  options.batch_sizes = Sizes({0, 1});
  EXPECT_EQ(ErrorOf(options).message, "batch sizes: 0 is not a batch size; each must be 1 or more");
  options.batch_sizes = Sizes({1, 4, 2});
  EXPECT_EQ(ErrorOf(options).message,
            "batch sizes: 2 comes after 4; the list must ascend, such as 1,2,4");
  options.batch_sizes = Sizes({1, 4, 4});
  EXPECT_EQ(ErrorOf(options).message, "batch sizes: 4 is there twice");
  options.batch_sizes = Sizes({1, 2});
  options.initial_index = 2;
  EXPECT_THAT(ErrorOf(options).message, HasSubstr("initial index 2"));
}

TEST(PolicyRegistry, RefusesAnAlphaOutsideItsRange) {
  for (const double alpha : {0.0, -0.5, 1.01, std::numeric_limits<double>::quiet_NaN()}) {
    PolicyOptions options;
    options.alpha = alpha;
    EXPECT_THAT(ErrorOf(options).message, HasSubstr("0 < alpha <= 1")) << alpha;
  }
}

TEST(PolicyRegistry, RefusesClocksOutOfOrderOrUnknown) {
  PolicyOptions options;
  options.clocks = {Megahertz(700), Megahertz(600)};
  EXPECT_THAT(ErrorOf(options).message, HasSubstr("clocks: 600 comes after 700"));
  options.clocks = {Megahertz(600), Megahertz(700)};
  options.start_clock = Megahertz(650);
  EXPECT_EQ(ErrorOf(options).message, "clock: 650 MHz is not one of the device's: 600, 700");
}

TEST(PolicyRegistry, RefusesAFixedBatchSizeBelowOne) {
  PolicyOptions options = Named("fixed");
  options.fixed_batch_size = BatchSize(0);
  EXPECT_THAT(ErrorOf(options).message, HasSubstr("batch: 0 is not a batch size"));
}

TEST(PolicyRegistry, RefusesClockPoliciesWhereTheClockCannotBeSet) {
  for (const char* name : {"dvfs", "pit", "power-limit"}) {
    const Error error = ErrorOf(Named(name));
    EXPECT_EQ(error.code, ErrorCode::kUnsupported) << name;
    EXPECT_THAT(error.message, HasSubstr("use 'batchsizer'"));
  }
}

TEST(PolicyRegistry, RefusesAnOracleWithoutACurve) {
  EXPECT_EQ(ErrorOf(Named("oracle")).code, ErrorCode::kUnsupported);
}

TEST(PolicyRegistry, TellsWhichKnobsAreTurned) {
  EXPECT_TRUE(TurnsBatchSize("batchsizer"));
  EXPECT_FALSE(TurnsClock("batchsizer"));
  EXPECT_TRUE(TurnsClock("dvfs"));
  EXPECT_FALSE(TurnsBatchSize("dvfs"));
  EXPECT_FALSE(TurnsBatchSize("fixed") || TurnsClock("fixed"));
}

TEST(PaperVariantNames, AreThoseOfTheVectors) {
  EXPECT_EQ(ParsePaperVariant("literal"), PaperVariant::kLiteral);
  EXPECT_EQ(ParsePaperVariant("stop"), PaperVariant::kStop);
  EXPECT_EQ(ParsePaperVariant("cleared"), PaperVariant::kCleared);
  EXPECT_EQ(ParsePaperVariant("epoch"), PaperVariant::kEpoch);
  EXPECT_EQ(ParsePaperVariant("text"), PaperVariant::kText);
  const auto wrong = ParsePaperVariant("clear");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_THAT(wrong.error().message, HasSubstr("did you mean 'cleared'?"));
}

}  // namespace
}  // namespace batchsizer
