// The online search for the saturation batch, around every policy it works with.
#include "control/policy/saturation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "control/policy/testing.h"

namespace batchsizer::policy {
namespace {

using testing::AllCandidates;
using testing::AnyCapForSizes;
using testing::AnyWorld;
using testing::Candidate;
using testing::Make;
using testing::Play;
using testing::Script;
using testing::SettledAfter;
using testing::Steady;
using testing::Step;
using testing::World;

constexpr Watts kLooseCap(1e6);

std::vector<Candidate> Decorated() {
  std::vector<Candidate> all = AllCandidates();
  std::erase_if(all, [](const Candidate& candidate) { return !candidate.saturation; });
  return all;
}

// Doubling sizes with these throughputs, power 50, 60, 70, ...
World WorldWith(const std::vector<double>& throughputs) {
  World world;
  world.clocks = {Megahertz(1000)};
  int size = 1;
  for (const double ips : throughputs) {
    world.sizes.emplace_back(size);
    const auto step = static_cast<double>(world.points.size());
    world.points.push_back(
        {BatchSize(size), world.clocks[0], ImagesPerSecond(ips), Watts(50 + 10 * step)});
    size *= 2;
  }
  return world;
}

// Rises to 16 images, nothing more is gained up to 256.
World Saturating() { return WorldWith({100, 180, 300, 400, 480, 484, 488, 490, 490}); }

int FinalSize(const std::vector<Step>& steps) {
  return steps.back().decided.setting.batch_size.value();
}

std::size_t Trials(const std::vector<Step>& steps) {
  return static_cast<std::size_t>(std::count_if(steps.begin(), steps.end(), [](const Step& step) {
    return step.decided.reason == Reason::kTrySmaller && step.decided.action == Action::kLower;
  }));
}

TEST(OnlineSaturation, EndsAtTheSaturationBatchWhoeverSearches) {
  const World world = Saturating();
  for (const Candidate& candidate : Decorated()) {
    // The band is [80 %, 100 %]: power 130 W at the largest is well below.
    const auto steps = Play(*Make(candidate, world), world, Steady(kLooseCap, 60));
    EXPECT_EQ(FinalSize(steps), 16) << candidate.name << static_cast<int>(candidate.variant);
    EXPECT_LT(SettledAfter(steps), 40U);
    EXPECT_EQ(steps.back().decided.reason, Reason::kSaturated);
  }
}

TEST(OnlineSaturation, LeavesACurveAloneThatStillGains) {
  const World world = WorldWith({100, 110, 121, 133, 146});
  const auto steps =
      Play(*Make({"paper", PaperVariant::kCleared, true}, world), world, Steady(kLooseCap, 60));
  EXPECT_EQ(FinalSize(steps), 16);
  EXPECT_EQ(Trials(steps), 1U);
}

// Each step loses less than 2 %, all of them 9 %.
TEST(OnlineSaturation, GivesUpAFewPercentAltogether) {
  const World world = WorldWith({100, 101.9, 103.8, 105.8, 107.8, 109.8});
  const auto steps =
      Play(*Make({"paper", PaperVariant::kCleared, true}, world), world, Steady(kLooseCap, 60));
  EXPECT_EQ(FinalSize(steps), 8);
}

// One image more brings less than 2 % long before a doubling does.
TEST(OnlineSaturation, ComparesWithHalfTheSizeWhereTheListIsFine) {
  World world;
  world.clocks = {Megahertz(1000)};
  for (int size = 1; size <= 128; ++size) {
    world.sizes.emplace_back(size);
    world.points.push_back({BatchSize(size), world.clocks[0],
                            ImagesPerSecond(1000.0 * size / (size + 8.0)), Watts(50 + size)});
  }
  const auto steps =
      Play(*Make({"paper", PaperVariant::kCleared, true}, world), world, Steady(kLooseCap, 100));
  EXPECT_EQ(FinalSize(steps), 128);  // 64 would cost 6 %
  EXPECT_LE(Trials(steps), 2U);
}

TEST(OnlineSaturation, GoesOnFromThereWhenTheCapFalls) {
  const World world = Saturating();
  Script script = Steady(kLooseCap, 200);
  script.cap = [](std::size_t w) { return w < 60 ? kLooseCap : Watts(75); };
  for (const Candidate& candidate : Decorated()) {
    const auto steps = Play(*Make(candidate, world), world, script);
    EXPECT_EQ(steps[58].decided.setting.batch_size, BatchSize(16));
    EXPECT_LE(world.At(steps.back().decided.setting).power, Watts(75))
        << candidate.name << static_cast<int>(candidate.variant);
  }
}

TEST(OnlineSaturation, JudgesAnewWhenThroughputChanges) {
  // From window 60 on, 256 images bring twice as much as 16 do: the network is another.
  const World before = Saturating();
  const World after = WorldWith({100, 120, 150, 190, 240, 300, 350, 420, 500});
  const auto policy = Make({"batchsizer", PaperVariant::kCleared, true}, before);
  (void)Play(*policy, before, Steady(kLooseCap, 60));
  Setting ran{BatchSize(16), before.clocks[0]};
  for (int w = 0; w < 100; ++w) {
    Observation seen;
    seen.batches = 10;
    seen.cap = seen.window_cap = kLooseCap;
    seen.setting = ran;
    seen.peak_power = seen.mean_power = after.At(ran).power;
    seen.throughput = after.At(ran).throughput;
    ran = policy->Step(seen).setting;
  }
  EXPECT_EQ(ran.batch_size, BatchSize(256));
}

TEST(OnlineSaturation, IsOnlyForPoliciesThatSearchForABatchSize) {
  PolicyOptions options = testing::OptionsFor({"dvfs"}, Saturating());
  options.online_saturation = true;
  for (const char* name : {"dvfs", "pit", "power-limit", "fixed", "oracle"}) {
    options.name = name;
    options.known_curve = Saturating().points;
    const auto made = MakePolicy(options);
    ASSERT_FALSE(made.has_value()) << name;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidInput);
  }
}

// On any steady curve on which the policy alone comes to rest: it ends no higher, at no
// more power, with at most a few per cent less throughput, and rests too.
TEST(OnlineSaturation, EndsBelowThePolicyAloneAndLosesLittle) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const Watts cap = AnyCapForSizes(world);
    Candidate candidate = *rc::gen::elementOf(Decorated());
    const auto with = Play(*Make(candidate, world), world, Steady(cap, 300));
    candidate.saturation = false;
    const auto alone = Play(*Make(candidate, world), world, Steady(cap, 300));
    RC_PRE(SettledAfter(alone) < 200U);
    RC_ASSERT(SettledAfter(with) < 290U);
    const CurvePoint& end = world.At(with.back().decided.setting);
    const CurvePoint& reference = world.At(alone.back().decided.setting);
    RC_ASSERT(end.batch_size <= reference.batch_size);
    RC_ASSERT(end.power <= reference.power);
    RC_ASSERT(end.throughput >= 0.949 * reference.throughput);
  }));
}

// Whatever the noise of throughput: each size is tried once, but for another world.
TEST(OnlineSaturation, DoesNotHopForEverOnNoise) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const Watts cap = AnyCapForSizes(world);
    constexpr std::size_t kWindows = 1000;
    const int noise = *rc::gen::inRange(0, 31);
    const auto factors = *rc::gen::container<std::vector<int>>(
        kWindows, rc::gen::inRange(1000 - 10 * noise, 1001 + 10 * noise));
    Script script = Steady(cap, kWindows);
    script.throughput_factor = [&](std::size_t w) { return factors[w] / 1000.0; };
    const auto steps = Play(*Make(*rc::gen::elementOf(Decorated()), world), world, script);
    RC_ASSERT(Trials(steps) < 40U);
  }));
}

TEST(OnlineSaturation, StillFindsItThroughSomeNoise) {
  const World world = Saturating();
  Script script = Steady(kLooseCap, 400);
  // 1 % up and down, not in step with the windows.
  script.throughput_factor = [](std::size_t w) {
    return 1.0 + 0.01 * (static_cast<double>(w * 7 % 5) - 2) / 2;
  };
  for (const Candidate& candidate : Decorated()) {
    const auto steps = Play(*Make(candidate, world), world, script);
    EXPECT_EQ(FinalSize(steps), 16) << candidate.name << static_cast<int>(candidate.variant);
  }
}

}  // namespace
}  // namespace batchsizer::policy
