// Spikes and noise: what a single wrong reading may do to the policy
// `batchsizer`, and for how long.
#include <gtest/gtest.h>

#include <algorithm>

#include "control/policy/testing.h"
#include "sim/noise.h"

namespace batchsizer::policy {
namespace {

using testing::AnyCapForSizes;
using testing::AnyWorld;
using testing::CeilLog2;
using testing::Make;
using testing::Play;
using testing::Script;
using testing::SettledAfter;
using testing::Steady;
using testing::Step;
using testing::WellSettled;
using testing::World;

constexpr double kRest = 0.97;

struct Spike {
  std::size_t at = 0;
  double height = 1;
};

Spike AnySpike() {
  return {*rc::gen::inRange<std::size_t>(0, 40), *rc::gen::inRange(11, 31) / 10.0};
}

Setting EndOf(const World& world, Watts cap, const Spike& spike) {
  Script script = Steady(cap, 200);
  script.factor = [&](std::size_t w) { return w == spike.at ? spike.height : 1.0; };
  const auto steps = Play(*Make({"batchsizer"}, world), world, script);
  RC_ASSERT(SettledAfter(steps) < steps.size() / 2);
  return steps.back().decided.setting;
}

TEST(Spike, DoesNotHaunt) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld(40, /*least_gain=*/2);
    const Watts cap = AnyCapForSizes(world);
    const Spike spike = AnySpike();
    RC_LOG() << "cap " << cap.value() << " W, spike x " << spike.height << " at " << spike.at;
    const Setting end = EndOf(world, cap, spike);
    RC_ASSERT(world.At(end).power <= cap);
    // Both may rest where there is next to nothing left to gain.
    const bool rests = world.At(end).power >= kRest * cap;
    RC_ASSERT(rests || end == EndOf(world, cap, {}));
  }));
}

// Two that lie apart are no proof of each other.
TEST(Spike, DoesNotHauntWhenAnotherComesLater) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld(40, /*least_gain=*/2);
    const Watts cap = AnyCapForSizes(world);
    const Spike first = AnySpike();
    const auto second = first.at + *rc::gen::inRange<std::size_t>(20, 60);
    Script script = Steady(cap, 300);
    script.factor = [&](std::size_t w) {
      return w == first.at || w == second ? first.height : 1.0;
    };
    const auto steps = Play(*Make({"batchsizer"}, world), world, script);
    RC_ASSERT(WellSettled(world, steps.back().decided.setting, cap));
    // The second one is over as soon as the first was.
    RC_ASSERT(SettledAfter(steps) <= second + 3 * CeilLog2(world.sizes.size()) + 6);
  }));
}

// Where throughput is flat the search may end on another part of the plateau.
TEST(Spike, LeavesAPlateauWellSettled) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const Watts cap = AnyCapForSizes(world);
    RC_ASSERT(WellSettled(world, EndOf(world, cap, AnySpike()), cap));
  }));
}

// New input or a warmer device: from one window on, everything draws more or less.
struct Drift {
  World world;  // as it is afterwards
  Watts cap;
  std::size_t from = 0;
  std::vector<Step> steps;
};

Drift AnyDrift(std::size_t earliest, std::size_t latest) {
  Drift drift{AnyWorld(40, /*least_gain=*/2), {}, *rc::gen::inRange(earliest, latest), {}};
  const double factor = *rc::gen::inRange(60, 161) / 100.0;
  drift.cap = 1.6 * AnyCapForSizes(drift.world);
  Script script = Steady(drift.cap, 300);
  script.factor = [&](std::size_t w) { return w >= drift.from ? factor : 1.0; };
  drift.steps = Play(*Make({"batchsizer"}, drift.world), drift.world, script);
  for (CurvePoint& point : drift.world.points) point.power = factor * point.power;
  RC_LOG() << "cap " << drift.cap.value() << " W, x " << factor << " from window " << drift.from;
  return drift;
}

TEST(Drift, IsFollowedFromWhereTheSearchHadSettled) {
  EXPECT_TRUE(rc::check([] {
    const Drift drift = AnyDrift(30, 90);
    RC_ASSERT(WellSettled(drift.world, drift.steps.back().decided.setting, drift.cap, 0.02));
    RC_ASSERT(SettledAfter(drift.steps) <=
              drift.from + 2 * CeilLog2(drift.world.sizes.size()) + 20);
  }));
}

// What was seen once, just before, may stay misjudged by as much as the drift:
// a step of throughput, never the cap.
TEST(Drift, InTheMiddleOfTheSearchEndsUnderTheCap) {
  EXPECT_TRUE(rc::check([] {
    const Drift drift = AnyDrift(0, 30);
    RC_ASSERT(drift.world.At(drift.steps.back().decided.setting).power <= drift.cap);
    RC_ASSERT(SettledAfter(drift.steps) <=
              drift.from + 2 * CeilLog2(drift.world.sizes.size()) + 20);
  }));
}

// Slowly, by less than the search takes for a change of the world.
TEST(Drift, IsFollowedWhenSlow) {
  EXPECT_TRUE(rc::check([] {
    World world = AnyWorld(40, /*least_gain=*/2);
    const double end = *rc::gen::inRange(60, 161) / 100.0;
    const Watts cap = 1.6 * AnyCapForSizes(world);
    Script script = Steady(cap, 500);
    script.factor = [&](std::size_t w) {
      return 1.0 + (end - 1.0) * std::min(1.0, static_cast<double>(w) / 300.0);
    };
    const auto steps = Play(*Make({"batchsizer"}, world), world, script);
    // The windows between two sights of a size leave a per cent or so unknown.
    for (CurvePoint& point : world.points) point.power = end * point.power;
    RC_LOG() << "cap " << cap.value() << " W, x " << end << " at the end";
    RC_ASSERT(WellSettled(world, steps.back().decided.setting, cap, 0.02));
  }));
}

// Readings with a standard deviation of up to 3 %: most of the time under the
// cap, and not driven to the smallest size where larger ones have room.
TEST(SensorNoise, IsLivedWith) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld(40, /*least_gain=*/2);
    const Watts cap = 1.15 * AnyCapForSizes(world);
    const double deviation = *rc::gen::inRange(0, 31) / 1000.0;
    sim::Noise noise(*rc::gen::arbitrary<std::uint64_t>());
    std::vector<double> factors;
    while (factors.size() < 1000) factors.push_back(1 + deviation * noise.Gauss());
    Script script = Steady(cap, factors.size());
    script.factor = [&](std::size_t w) { return factors[w]; };
    const auto steps = Play(*Make({"batchsizer"}, world), world, script);
    double above = 0;
    double mean = 0;
    for (std::size_t w = 100; w < steps.size(); ++w) {
      above += *steps[w].seen.peak_power > cap ? 1.0 / 900 : 0;
      mean += steps[w].seen.throughput.value() / 900;
    }
    double reachable = 0;
    for (std::size_t i = 0; i < world.sizes.size(); ++i) {
      if (world.AtSize(i).power <= 0.8 * 0.9 * cap) reachable = world.AtSize(i).throughput.value();
    }
    RC_LOG() << "above " << above << " mean " << mean << " reachable " << reachable << " dev "
             << deviation << " cap " << cap.value();
    RC_ASSERT(above < 0.08);
    RC_ASSERT(mean >= 0.95 * reachable);
  }));
}

}  // namespace
}  // namespace batchsizer::policy
