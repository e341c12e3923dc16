// What every policy keeps, whatever the device, the cap and the sensor do.
#include <gtest/gtest.h>

#include <algorithm>

#include "control/policy/testing.h"

namespace batchsizer::policy {
namespace {

using testing::AllCandidates;
using testing::AnyCap;
using testing::AnyWorld;
using testing::Candidate;
using testing::Make;
using testing::Play;
using testing::Script;
using testing::Step;
using testing::World;

constexpr std::size_t kWindows = 60;

Candidate AnyCandidate() { return *rc::gen::elementOf(AllCandidates()); }

// Caps that move now and then, readings with noise, windows without a reading.
Script AnyScript(const World& world) {
  std::vector<Watts> caps(4);
  for (Watts& cap : caps) cap = AnyCap(world);
  const auto stretch = *rc::gen::inRange<std::size_t>(1, 30);
  const int noise = *rc::gen::inRange(0, 21);
  const auto factors = *rc::gen::container<std::vector<int>>(
      kWindows, rc::gen::inRange(1000 - 10 * noise, 1001 + 10 * noise));
  const auto silent = *rc::gen::container<std::vector<int>>(kWindows, rc::gen::inRange(0, 8));
  Script script;
  script.windows = kWindows;
  script.cap = [=](std::size_t w) { return caps[(w / stretch) % caps.size()]; };
  script.factor = [=](std::size_t w) { return factors[w] / 1000.0; };
  script.silent = [=](std::size_t w) { return silent[w] == 0; };
  return script;
}

bool Raises(const Step& step) {
  const Setting& from = step.seen.setting;
  const Setting& to = step.decided.setting;
  return to.batch_size > from.batch_size || to.clock > from.clock;
}

bool AboveBothCaps(const Observation& seen) {
  return seen.peak_power && *seen.peak_power > seen.cap && *seen.peak_power > seen.window_cap;
}

TEST(EveryPolicy, ChoosesOnlyAllowedSettings) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const auto policy = Make(AnyCandidate(), world);
    for (const Step& step : Play(*policy, world, AnyScript(world))) {
      const Setting& chosen = step.decided.setting;
      RC_ASSERT(std::count(world.sizes.begin(), world.sizes.end(), chosen.batch_size) == 1);
      RC_ASSERT(chosen.clock.has_value());
      RC_ASSERT(std::count(world.clocks.begin(), world.clocks.end(), *chosen.clock) == 1);
    }
  }));
}

// The oracle does not look at readings; that it stays under the cap has its own test.
TEST(EveryPolicy, NeverRaisesAfterAWindowAboveTheCap) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const auto candidate = AnyCandidate();
    RC_PRE(candidate.name != "oracle");
    const auto policy = Make(candidate, world);
    for (const Step& step : Play(*policy, world, AnyScript(world))) {
      RC_ASSERT(!(AboveBothCaps(step.seen) && Raises(step)));
      RC_ASSERT(!(AboveBothCaps(step.seen) && step.decided.action == Action::kRaise));
    }
  }));
}

TEST(EveryPolicy, NeverRaisesAfterAWindowAboveTheCapThoughALimitOverruledIt) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const auto candidate = AnyCandidate();
    RC_PRE(TurnsBatchSize(candidate.name) && candidate.name != "oracle");
    Script script = AnyScript(world);
    const auto limits =
        *rc::gen::container<std::vector<BatchSize>>(kWindows, rc::gen::elementOf(world.sizes));
    script.largest = [&](std::size_t w) { return limits[w]; };
    const auto policy = Make(candidate, world);
    for (const Step& step : Play(*policy, world, script)) {
      RC_ASSERT(!(AboveBothCaps(step.seen) && Raises(step)));
    }
  }));
}

TEST(EveryPolicy, NeverRaisesWithoutAReading) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const auto candidate = AnyCandidate();
    RC_PRE(candidate.name != "oracle");
    const auto policy = Make(candidate, world);
    for (const Step& step : Play(*policy, world, AnyScript(world))) {
      if (!step.seen.peak_power) RC_ASSERT(!Raises(step));
    }
  }));
}

TEST(EveryPolicy, DecidesTheSameOnTheSameObservations) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const auto candidate = AnyCandidate();
    const auto first = Make(candidate, world);
    const auto second = Make(candidate, world);
    const auto script = AnyScript(world);
    (void)second->Start(script.cap(0));
    for (const Step& step : Play(*first, world, script)) {
      const Decision again = second->Step(step.seen);
      RC_ASSERT(again.setting == step.decided.setting);
      RC_ASSERT(again.action == step.decided.action);
      RC_ASSERT(again.reason == step.decided.reason);
    }
  }));
}

// Two say `impossible` for reasons of their own: Algorithm 1 by readings of
// earlier windows, the oracle by its table.
TEST(EveryPolicy, NamesItsActionByWhatChanges) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const auto candidate = AnyCandidate();
    const bool by_this_window = candidate.name != "oracle" && !candidate.name.starts_with("paper");
    const auto policy = Make(candidate, world);
    for (const Step& step : Play(*policy, world, AnyScript(world))) {
      const bool changed = step.decided.setting != step.seen.setting;
      if (step.decided.action == Action::kKeep) RC_ASSERT(!changed);
      if (step.decided.action == Action::kRaise) RC_ASSERT(changed);
      if (step.decided.action == Action::kLower) RC_ASSERT(changed);
      if (by_this_window && step.decided.action == Action::kImpossible) {
        RC_ASSERT(step.seen.peak_power && *step.seen.peak_power > step.seen.cap);
      }
    }
  }));
}

TEST(OraclePolicy, IsTheFastestPointUnderTheCapAtOnce) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const auto policy = Make({"oracle"}, world);
    for (const Step& step : Play(*policy, world, AnyScript(world))) {
      const CurvePoint& chosen = world.At(step.decided.setting);
      if (step.decided.action == Action::kImpossible) {
        RC_ASSERT(world.points.front().power > step.seen.cap);
        continue;
      }
      RC_ASSERT(chosen.power <= step.seen.cap);
      for (const CurvePoint& point : world.points) {
        RC_ASSERT(point.power > step.seen.cap || point.throughput <= chosen.throughput);
      }
    }
  }));
}

}  // namespace
}  // namespace batchsizer::policy
