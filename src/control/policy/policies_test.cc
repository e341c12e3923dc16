// Where each policy starts, and what is particular to it.
#include <gtest/gtest.h>

#include "control/policy/testing.h"

namespace batchsizer::policy {
namespace {

using testing::Candidate;
using testing::Make;
using testing::OptionsFor;
using testing::Play;
using testing::SettledAfter;
using testing::Steady;
using testing::World;

constexpr Watts kCap(100);

// Batch sizes 1, 2, .. 32 in steps of one; three clocks at half, 3/4 and full power.
World ThirtyTwo() {
  World world;
  world.clocks = {Megahertz(500), Megahertz(750), Megahertz(1000)};
  for (int size = 1; size <= 32; ++size) world.sizes.emplace_back(size);
  for (const Megahertz clock : world.clocks) {
    const double share = clock / Megahertz(1000);
    for (const BatchSize size : world.sizes) {
      world.points.push_back({size, clock, ImagesPerSecond(share * (100 + 5 * size.value())),
                              Watts(share * (50 + 2 * size.value()))});
    }
  }
  return world;
}

Setting StartOf(const Candidate& candidate, const World& world) {
  return Make(candidate, world)->Start(kCap);
}

TEST(PolicyStart, IsTheSmallestBatchAtTheHighestClockForBatchSearches) {
  const World world = ThirtyTwo();
  for (const char* name : {"batchsizer", "paper", "paper-text"}) {
    EXPECT_EQ(StartOf({name}, world), (Setting{BatchSize(1), Megahertz(1000)})) << name;
  }
}

TEST(PolicyStart, IsBatchSixteenAtTheLowestClockForTheClockSearches) {
  const World world = ThirtyTwo();
  EXPECT_EQ(StartOf({"dvfs"}, world), (Setting{BatchSize(16), Megahertz(500)}));
  EXPECT_EQ(StartOf({"pit"}, world), (Setting{BatchSize(16), Megahertz(500)}));
  EXPECT_EQ(StartOf({"power-limit"}, world), (Setting{BatchSize(32), Megahertz(1000)}));
  EXPECT_EQ(StartOf({"fixed"}, world), (Setting{BatchSize(16), Megahertz(1000)}));
}

TEST(PolicyStart, TakesTheNearestBelowSixteenWhereSixteenIsNotAllowed) {
  PolicyOptions options = OptionsFor({"fixed"}, ThirtyTwo());
  options.batch_sizes = {BatchSize(4), BatchSize(12), BatchSize(20)};
  EXPECT_EQ(MakePolicy(options).value()->Start(kCap).batch_size, BatchSize(12));
  options.batch_sizes = {BatchSize(20), BatchSize(40)};
  EXPECT_EQ(MakePolicy(options).value()->Start(kCap).batch_size, BatchSize(20));
}

TEST(PolicyStart, ObeysTheOptions) {
  PolicyOptions options = OptionsFor({"dvfs"}, ThirtyTwo());
  options.fixed_batch_size = BatchSize(8);
  options.start_clock = Megahertz(750);
  EXPECT_EQ(MakePolicy(options).value()->Start(kCap), (Setting{BatchSize(8), Megahertz(750)}));
  options.name = "paper";
  options.initial_index = 3;
  EXPECT_EQ(MakePolicy(options).value()->Start(kCap), (Setting{BatchSize(4), Megahertz(750)}));
}

TEST(PolicyStart, LeavesTheClockAloneWhereThereIsNone) {
  PolicyOptions options = OptionsFor({"batchsizer"}, ThirtyTwo());
  options.clocks.clear();
  EXPECT_EQ(MakePolicy(options).value()->Start(kCap), (Setting{BatchSize(1), std::nullopt}));
}

TEST(FixedPolicy, NeverMovesAndSaysWhenTheCapCannotBeMet) {
  const World world = ThirtyTwo();
  const auto policy = Make({"fixed"}, world);
  for (const auto& step : Play(*policy, world, Steady(Watts(70), 5))) {
    EXPECT_EQ(step.decided.setting, step.seen.setting);
    EXPECT_EQ(step.decided.action, Action::kImpossible);
  }
}

TEST(ClockSearches, EndAtTheHighestClockUnderTheCap) {
  const World world = ThirtyTwo();  // batch 16: 41, 61.5, 82 W; batch 32: 57, 85.5, 114 W
  for (const char* name : {"dvfs", "pit"}) {
    const auto steps = Play(*Make({name}, world), world, Steady(Watts(70), 20));
    EXPECT_EQ(steps.back().decided.setting, (Setting{BatchSize(16), Megahertz(750)})) << name;
  }
  const auto steps = Play(*Make({"power-limit"}, world), world, Steady(kCap, 20));
  EXPECT_EQ(steps.back().decided.setting, (Setting{BatchSize(32), Megahertz(750)}));
}

TEST(PowerLimitPolicy, DecidesBatchByBatch) {
  const auto policy = Make({"power-limit"}, ThirtyTwo());
  EXPECT_EQ(policy->Traits().window_batches, 1);
  EXPECT_TRUE(policy->Traits().reacts_at_once);
}

TEST(PaperPolicies, DoNotReactBeforeTheirWindowEnds) {
  for (const char* name : {"paper", "paper-text", "dvfs", "pit"}) {
    EXPECT_FALSE(Make({name}, ThirtyTwo())->Traits().reacts_at_once) << name;
  }
}

// The paper's second fault: P(i) below the band and P(i + 1) above the cap.
TEST(PaperPolicies, AlternateForEverBetweenNeighboursAcrossTheBandAndOursDoesNot) {
  const World world = testing::WorldOf({50, 70, 110, 120});
  const auto paper = Play(*Make({"paper"}, world), world, Steady(kCap, 200));
  EXPECT_GT(SettledAfter(paper), 190U);
  const auto ours = Play(*Make({"batchsizer"}, world), world, Steady(kCap, 200));
  EXPECT_LT(SettledAfter(ours), 10U);
  EXPECT_EQ(ours.back().decided.setting.batch_size, BatchSize(2));
}

// The third: maxBS never rises again.
TEST(PaperPolicies, CannotUseARaisedCapAndOursCan) {
  const World world = testing::WorldOf({50, 70, 95, 110, 130, 150});
  auto script = Steady(kCap, 100);
  script.cap = [](std::size_t w) { return Watts(w < 50 ? 100 : 400); };
  const auto paper = Play(*Make({"paper"}, world), world, script);
  EXPECT_LT(paper.back().decided.setting.batch_size, BatchSize(6));
  const auto ours = Play(*Make({"batchsizer"}, world), world, script);
  EXPECT_EQ(ours.back().decided.setting.batch_size, BatchSize(6));
}

// The first: with readings that are never cleared one spike leads down to 1.
TEST(PaperPolicies, LiteralIsHauntedByOneSpikeAndOursIsNot) {
  const World world = testing::WorldOf({50, 60, 70, 80, 90, 95});
  auto script = Steady(kCap, 100);
  script.factor = [](std::size_t w) { return w == 20 ? 1.5 : 1.0; };
  const auto paper = Play(*Make({"paper", PaperVariant::kLiteral}, world), world, script);
  EXPECT_EQ(paper.back().decided.setting.batch_size, BatchSize(1));
  const auto undisturbed = Play(*Make({"batchsizer"}, world), world, Steady(kCap, 100));
  const auto ours = Play(*Make({"batchsizer"}, world), world, script);
  EXPECT_EQ(ours.back().decided.setting, undisturbed.back().decided.setting);
}

}  // namespace
}  // namespace batchsizer::policy
