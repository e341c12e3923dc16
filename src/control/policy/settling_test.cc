// Where the searches end, and how soon: monotone curves, no noise.
#include <gtest/gtest.h>

#include <algorithm>

#include "control/policy/testing.h"

namespace batchsizer::policy {
namespace {

using testing::AnyCap;
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

constexpr std::size_t kLong = 400;

// Halving from below, doubling steps near the cap, and two decisions for every
// halving of what is left above.
std::size_t LogBound(std::size_t settings) { return 3 * CeilLog2(settings) + 6; }

// The paper's variants are left out: that they may never settle is their fault
// and the point of them. `pit` and `power-limit` climb one clock a window.
TEST(Settling, TakesLogarithmicallyManyDecisionsAndLastsForEver) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld(64);
    const Watts cap = AnyCap(world);
    for (const char* name : {"batchsizer", "dvfs", "fixed", "oracle"}) {
      const auto steps = Play(*Make({name}, world), world, Steady(cap, kLong));
      const auto settings = TurnsClock(name) ? world.clocks.size() : world.sizes.size();
      RC_LOG() << name << " at " << cap.value() << " W\n";
      RC_ASSERT(SettledAfter(steps) <= LogBound(settings));
    }
  }));
}

TEST(Settling, IsLinearForWhatClimbsClockByClock) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const Watts cap = AnyCap(world);
    for (const char* name : {"pit", "power-limit"}) {
      const auto steps = Play(*Make({name}, world), world, Steady(cap, kLong));
      RC_LOG() << name << " at " << cap.value() << " W\n";
      RC_ASSERT(SettledAfter(steps) <= world.clocks.size() + 6);
    }
  }));
}

TEST(Settling, EndsUnderTheCapWithNothingBetterNextToIt) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld(64);
    const Watts cap = AnyCapForSizes(world);
    const auto steps = Play(*Make({"batchsizer"}, world), world, Steady(cap, kLong));
    RC_ASSERT(WellSettled(world, steps.back().decided.setting, cap));
  }));
}

TEST(Settling, HoldsForAThousandSizes) {
  EXPECT_TRUE(rc::check([] {
    std::vector<double> powers;
    powers.reserve(1024);
    const int bend = *rc::gen::inRange(1, 1024);
    for (int i = 0; i < 1024; ++i) powers.push_back(30 + 0.02 * i + (i > bend ? 100 : 0));
    const World world = testing::WorldOf(powers);
    const Watts cap(*rc::gen::inRange(30, 160));
    const auto steps = Play(*Make({"batchsizer"}, world), world, Steady(cap, kLong));
    RC_ASSERT(SettledAfter(steps) <= LogBound(1024));
    RC_ASSERT(WellSettled(world, steps.back().decided.setting, cap));
  }));
}

TEST(Settling, MovedCapIsSettledForAgain) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld(64);
    std::vector<Watts> caps(5);
    for (Watts& each : caps) each = AnyCapForSizes(world);
    constexpr std::size_t kStretch = 100;
    Script script = Steady(caps[0], caps.size() * kStretch);
    script.cap = [&](std::size_t w) { return caps[std::min(w / kStretch, caps.size() - 1)]; };
    const auto steps = Play(*Make({"batchsizer"}, world), world, script);
    for (std::size_t i = 0; i < caps.size(); ++i) {
      const auto first = steps.begin() + static_cast<std::ptrdiff_t>(i * kStretch);
      // The last window of a stretch already decides for the next cap.
      const std::vector<Step> stretch(first, first + kStretch - 1);
      RC_LOG() << "stretch " << i << " at " << caps[i].value() << " W\n";
      RC_ASSERT(SettledAfter(stretch) <= LogBound(world.sizes.size()));
      RC_ASSERT(WellSettled(world, stretch.back().decided.setting, caps[i]));
    }
  }));
}

TEST(Settling, RaisedCapIsUsedAsIfItHadBeenThereFromTheStart) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld(64, /*least_gain=*/2);
    const Watts one = AnyCapForSizes(world);
    const Watts other = AnyCapForSizes(world);
    const Watts high = std::max(one, other);
    const auto raised_at = *rc::gen::inRange<std::size_t>(1, 60);
    const auto fresh = Play(*Make({"batchsizer"}, world), world, Steady(high, 200));
    Script script = Steady(high, 200);
    script.cap = [&](std::size_t w) { return w < raised_at ? std::min(one, other) : high; };
    const auto steps = Play(*Make({"batchsizer"}, world), world, script);
    const CurvePoint end = world.At(steps.back().decided.setting);
    const CurvePoint fresh_end = world.At(fresh.back().decided.setting);
    RC_ASSERT(end.throughput >= fresh_end.throughput || end.power >= 0.97 * high);
    RC_ASSERT(end.power <= high);
  }));
}

TEST(Settling, LoweredCapIsObeyedInOneJumpWhereALowerSizeIsKnown) {
  const World world = testing::WorldOf({40, 60, 80, 100, 120, 140, 160, 180, 200});
  Script script = Steady(Watts(205), 40);
  script.cap = [](std::size_t w) { return Watts(w < 20 ? 205 : 105); };
  const auto steps = Play(*Make({"batchsizer"}, world), world, script);
  EXPECT_LE(world.At(steps[20].seen.setting).power, Watts(105));
}

TEST(Impossible, IsSaidWhileTheSmallestIsAboveTheCapAndNotLonger) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld();
    const Watts least = world.AtSize(0).power;
    const Watts low = 0.9 * least;
    const Watts high = AnyCapForSizes(world);
    Script script = Steady(low, 200);
    script.cap = [&](std::size_t w) { return w > 50 && w <= 100 ? low : high; };
    const auto steps = Play(*Make({"batchsizer"}, world), world, script);
    for (std::size_t w = 0; w < steps.size(); ++w) {
      const bool at_smallest = steps[w].seen.setting.batch_size == world.sizes[0];
      const bool impossible = at_smallest && least > steps[w].seen.cap;
      RC_ASSERT((steps[w].decided.action == Action::kImpossible) == impossible);
      if (impossible) RC_ASSERT(steps[w].decided.setting.batch_size == world.sizes[0]);
    }
    RC_ASSERT(steps[99].decided.action == Action::kImpossible);
    RC_ASSERT(WellSettled(world, steps.back().decided.setting, high));
  }));
}

TEST(MemoryLimit, IsNeverPassedAndSettledUnder) {
  EXPECT_TRUE(rc::check([] {
    const World world = AnyWorld(64);
    const Watts cap = AnyCapForSizes(world);
    const BatchSize limit = *rc::gen::elementOf(world.sizes);
    const auto from = *rc::gen::inRange<std::size_t>(0, 30);
    Script script = Steady(cap, kLong);
    script.largest = [&](std::size_t w) { return w < from ? BatchSize(1 << 30) : limit; };
    const auto steps = Play(*Make({"batchsizer"}, world), world, script);
    for (std::size_t w = from; w < steps.size(); ++w) {
      RC_ASSERT(steps[w].decided.setting.batch_size <= limit);
    }
    const Setting end = steps.back().decided.setting;
    RC_ASSERT(end.batch_size == limit || WellSettled(world, end, cap));
    RC_ASSERT(world.At(end).power <= cap);
    RC_ASSERT(SettledAfter(steps) <= from + LogBound(world.sizes.size()));
  }));
}

}  // namespace
}  // namespace batchsizer::policy
