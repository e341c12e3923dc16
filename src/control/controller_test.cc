#include "batchsizer/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "control/testing.h"

namespace batchsizer::control {
namespace {

using ::testing::HasSubstr;
using testing::milliseconds;
using testing::Rig;

// The device of these tests draws 40 + 10 x batch size watts: 50, 60, 80, 120, 200.

std::int64_t ImagesIn(const std::vector<WindowRecord>& windows) {
  std::int64_t images = 0;
  for (const auto& window : windows) images += window.images;
  return images;
}

TEST(Controller, DecidesAfterEveryTenBatches) {
  Rig rig("paper", 1000);
  rig.Batches(9);
  EXPECT_TRUE(rig.memory.windows.empty());
  rig.Batches(1);
  ASSERT_EQ(rig.memory.windows.size(), 1U);
  const WindowRecord& window = rig.memory.windows[0];
  EXPECT_EQ(window.batches, 10);
  EXPECT_EQ(window.images, 10);
  EXPECT_EQ(window.readings, 10);
  EXPECT_EQ(window.end - window.start, milliseconds(100));
  EXPECT_EQ(window.peak_power, Watts(50));
  EXPECT_DOUBLE_EQ(window.mean_power->value(), 50);
  EXPECT_DOUBLE_EQ(window.energy.value(), 5);
  EXPECT_DOUBLE_EQ(window.throughput.value(), 100);
  EXPECT_EQ(window.decision.action, Action::kRaise);
  EXPECT_EQ(window.decision.setting.batch_size, rig.controller->batch_size());
}

TEST(Controller, ObeysTheWindowOption) {
  Rig rig("paper");
  rig.options.window_batches = 3;
  rig.Batches(7);
  EXPECT_EQ(rig.memory.windows.size(), 2U);
}

TEST(Controller, IsSmallerInTheVeryNextBatchAfterAViolation) {
  Rig rig("batchsizer", 150);
  rig.Batches(100);
  ASSERT_EQ(rig.size(), 8);
  rig.device.power_of = [](BatchSize size, Megahertz) { return Watts(80.0 + 10 * size.value()); };
  const auto before = rig.memory.windows.size();
  rig.Batches(1);
  ASSERT_EQ(rig.memory.windows.size(), before + 1);
  EXPECT_LT(rig.size(), 8);
  EXPECT_EQ(rig.memory.windows.back().decision.reason, Reason::kAboveCap);
}

TEST(Controller, NeverRunsTwoBatchesAboveTheCapInARowWhereALowerSizeIsKnown) {
  Rig rig("batchsizer", 100);
  rig.Batches(500);
  for (const auto& window : rig.memory.windows) {
    const bool above = window.peak_power > window.cap;
    EXPECT_TRUE(!above || window.batches == 1);
  }
  EXPECT_EQ(rig.size(), 4);
}

TEST(Controller, ActsOnALoweredCapInTheNextBatch) {
  Rig rig("batchsizer", 150);
  rig.Batches(100);
  ASSERT_EQ(rig.size(), 8);
  rig.cap.Set(Watts(100));
  rig.Batches(1);
  EXPECT_LE(rig.size(), 4);
  EXPECT_EQ(rig.memory.windows.back().cap, Watts(150));  // what held in the window
}

TEST(Controller, ActsOnALoweredCapEvenBetweenTwoReadings) {
  Rig rig("batchsizer", 150);
  rig.device.Hear(milliseconds(200));
  rig.Batches(2000);
  ASSERT_EQ(rig.size(), 8);
  while (rig.memory.windows.back().end != rig.device.time_base.Now()) rig.Batches(1);
  rig.cap.Set(Watts(100));
  rig.Batches(1);
  EXPECT_EQ(rig.memory.windows.back().readings, 0);
  EXPECT_LE(rig.size(), 4);
}

TEST(Controller, UsesARaisedCap) {
  Rig rig("batchsizer", 70);
  rig.Batches(200);
  EXPECT_EQ(rig.size(), 2);
  rig.cap.Set(Watts(500));
  rig.Batches(200);
  EXPECT_EQ(rig.size(), 16);
}

// Whatever the policy, if it can: the cap moves while a batch runs, the next one obeys.
TEST(Controller, ActsOnACapThatMovesDuringABatchInTheVeryNextOne) {
  for (const char* policy : {"batchsizer", "oracle"}) {
    Rig rig(policy, 150);
    rig.with_knob = false;
    if (std::string(policy) == "oracle") {
      for (const BatchSize size : rig.sizes) {
        rig.options.policy.known_curve.push_back({size, Megahertz(1000),
                                                  ImagesPerSecond(size.value()),
                                                  rig.device.power_of(size, Megahertz(1000))});
      }
    }
    rig.Batches(100);
    ASSERT_EQ(rig.size(), 8) << policy;
    rig.cap.Set(Watts(100));
    rig.Batches(1);
    EXPECT_LE(rig.size(), 4) << policy;
    rig.Batches(40);
    const int low = rig.size();
    rig.cap.Set(Watts(150));
    rig.Batches(1);
    EXPECT_GT(rig.size(), low) << policy;
  }
}

TEST(Controller, ObeysACapThatFellWhileTheNextBatchWasWaitedFor) {
  Rig rig("batchsizer", 150);
  rig.Batches(100);
  ASSERT_EQ(rig.size(), 8);
  while (rig.memory.windows.back().end == rig.device.time_base.Now()) rig.Batches(1);
  rig.cap.Set(Watts(100));
  EXPECT_TRUE(rig.controller->CapMoved());
  EXPECT_LE(rig.size(), 4);
  EXPECT_EQ(rig.memory.windows.back().cap, Watts(150));  // what held in the window
  EXPECT_EQ(rig.memory.windows.back().decision.reason, Reason::kAboveCap);
  EXPECT_FALSE(rig.controller->CapMoved());  // once
}

TEST(Controller, ObeysACapThatFellBeforeTheFirstBatchOfAWindow) {
  Rig rig("batchsizer", 150);
  rig.Batches(100);
  ASSERT_EQ(rig.size(), 8);
  while (rig.memory.windows.back().end != rig.device.time_base.Now()) rig.Batches(1);
  rig.device.Idle(milliseconds(500), Watts(10));
  rig.cap.Set(Watts(100));
  EXPECT_TRUE(rig.controller->CapMoved());
  EXPECT_LE(rig.size(), 4);
  const WindowRecord& window = rig.memory.windows.back();
  EXPECT_EQ(window.batches, 0);
  EXPECT_EQ(window.images, 0);
  EXPECT_EQ(window.end - window.start, milliseconds(500));
  EXPECT_EQ(window.decision.action, Action::kLower);
  // What was read meanwhile was of an idle device: 8 is still known to draw 120 W.
  rig.Batches(40);
  for (const auto& seen : rig.memory.windows) {
    EXPECT_FALSE(seen.cap == Watts(100) && seen.setting.batch_size == BatchSize(8));
  }
}

TEST(Controller, ACapThatRoseBeforeTheFirstBatchOfAWindowCountsAfterThat) {
  Rig rig("batchsizer", 100);
  rig.Batches(100);
  ASSERT_EQ(rig.size(), 4);
  while (rig.memory.windows.back().end != rig.device.time_base.Now()) rig.Batches(1);
  const auto windows = rig.memory.windows.size();
  rig.cap.Set(Watts(150));
  EXPECT_FALSE(rig.controller->CapMoved());  // nothing is known of this setting yet
  EXPECT_EQ(rig.memory.windows.size(), windows);
  rig.Batches(1);
  EXPECT_GT(rig.size(), 4);
}

TEST(Controller, ACapThatRoseWhileTheNextBatchWasWaitedForIsUsedByIt) {
  Rig rig("batchsizer", 100);
  rig.Batches(100);
  while (rig.memory.windows.back().end == rig.device.time_base.Now()) rig.Batches(1);
  ASSERT_EQ(rig.size(), 4);
  rig.cap.Set(Watts(150));
  EXPECT_TRUE(rig.controller->CapMoved());
  EXPECT_GT(rig.size(), 4);
}

TEST(Controller, ThePapersPoliciesWaitForTheirWindowsEndAlsoBetweenBatches) {
  Rig rig("paper", 150);
  rig.Batches(105);
  const int size = rig.size();
  rig.cap.Set(Watts(60));
  EXPECT_FALSE(rig.controller->CapMoved());
  EXPECT_EQ(rig.size(), size);
}

TEST(Controller, ADriversLimitObeysACapThatFellWhileTheNextBatchWasWaitedFor) {
  Rig rig("power-limit", 250);
  rig.device.power_of = [](BatchSize, Megahertz clock) { return Watts(clock.value() / 5); };
  rig.Batches(50);
  ASSERT_EQ(rig.device.clock_mhz, Megahertz(1000));
  rig.cap.Set(Watts(150));
  EXPECT_TRUE(rig.controller->CapMoved());
  EXPECT_EQ(rig.device.clock_mhz, Megahertz(500));
}

TEST(Controller, LowersTheClockOfADriversLimitInTheVeryNextBatch) {
  Rig rig("power-limit", 250);
  rig.device.power_of = [](BatchSize, Megahertz clock) { return Watts(clock.value() / 5); };
  rig.Batches(50);
  ASSERT_EQ(rig.device.clock_mhz, Megahertz(1000));
  rig.cap.Set(Watts(150));
  rig.Batches(1);
  EXPECT_EQ(rig.device.clock_mhz, Megahertz(500));
}

TEST(Controller, WaitsForAReadingBeforeItDecides) {
  Rig rig("batchsizer", 1000);
  rig.device.Hear(milliseconds(250));
  rig.Batches(24);
  EXPECT_EQ(rig.size(), 1);
  EXPECT_TRUE(rig.memory.windows.empty());
  rig.Batches(1);
  EXPECT_GT(rig.size(), 1);
}

TEST(Controller, SaysImpossibleOnceAndWhenItIsOver) {
  Rig rig("batchsizer", 45);
  rig.Batches(50);
  EXPECT_EQ(rig.size(), 1);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kCapImpossible), 1);
  EXPECT_EQ(rig.memory.windows.back().decision.action, Action::kImpossible);
  rig.cap.Set(Watts(100));
  rig.Batches(50);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kCapMet), 1);
  EXPECT_EQ(rig.size(), 4);
}

TEST(Controller, SaysNothingNewOfTheCapInAWindowWithoutAReading) {
  Rig rig("paper", 45);
  rig.device.Hear(milliseconds(150));
  rig.Batches(300);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kCapImpossible), 1);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kCapMet), 0);
}

TEST(Controller, LowersTheLargestBatchSizeWhenMemoryRunsOut) {
  Rig rig("batchsizer", 1000);
  rig.Batches(100);
  ASSERT_EQ(rig.size(), 16);
  EXPECT_TRUE(rig.controller->OutOfMemoryAt(BatchSize(16)));
  EXPECT_EQ(rig.size(), 8);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kBatchLimited), 1);
  rig.Batches(100);
  EXPECT_EQ(rig.size(), 8);
  EXPECT_TRUE(rig.controller->OutOfMemoryAt(BatchSize(3)));  // a partial batch
  EXPECT_EQ(rig.size(), 2);
  EXPECT_TRUE(rig.controller->OutOfMemoryAt(BatchSize(16)));  // old news does not lift the limit
  rig.Batches(100);
  EXPECT_EQ(rig.size(), 2);
  EXPECT_TRUE(rig.controller->OutOfMemoryAt(BatchSize(2)));
  EXPECT_FALSE(rig.controller->OutOfMemoryAt(BatchSize(1)));
}

TEST(Controller, KeepsTheMemoryLimitWhateverThePolicyAndNamesNoRaiseThatIsNone) {
  for (const auto name : PolicyNames()) {
    SCOPED_TRACE(name);
    Rig rig(std::string(name), 1000);
    rig.options.policy.known_curve = {
        {BatchSize(16), Megahertz(1000), ImagesPerSecond(100), Watts(200)}};
    rig.Start();
    ASSERT_TRUE(rig.controller->OutOfMemoryAt(BatchSize(8)));
    for (int batch = 0; batch < 200; ++batch) {
      rig.Batches(1);
      ASSERT_LE(rig.size(), 4);
    }
    for (const auto& window : rig.memory.windows) {
      const bool changed = window.decision.setting != window.setting;
      EXPECT_EQ(window.decision.action == Action::kRaise, changed);
    }
  }
}

TEST(Controller, CountsEveryImageOnceAcrossItsWindows) {
  Rig rig("batchsizer", 100);
  rig.Batches(73);
  ASSERT_TRUE(rig.controller->OutOfMemoryAt(BatchSize(4)));
  rig.Batches(14);
  rig.controller->Finish();
  EXPECT_EQ(ImagesIn(rig.memory.windows), rig.images);
  const auto& windows = rig.memory.windows;
  for (std::size_t i = 1; i < windows.size(); ++i) EXPECT_EQ(windows[i].start, windows[i - 1].end);
}

TEST(Controller, FinishEmitsThePartialWindowAndRestoresTheClockOnce) {
  Rig rig("dvfs", 100);
  rig.Batches(13);
  rig.controller->Finish();
  EXPECT_EQ(rig.memory.windows.size(), 2U);
  EXPECT_EQ(rig.memory.windows.back().batches, 3);
  EXPECT_EQ(rig.memory.windows.back().decision.reason, Reason::kEndOfRun);
  EXPECT_EQ(rig.device.Current(), Megahertz(1000));
  rig.controller->Finish();
  rig.controller.reset();
  EXPECT_EQ(rig.device.restores, 1);
  EXPECT_EQ(rig.memory.windows.size(), 2U);
}

TEST(Controller, DestructorFinishes) {
  Rig rig("dvfs", 100);
  rig.Batches(13);
  rig.controller.reset();
  EXPECT_EQ(rig.device.restores, 1);
  EXPECT_EQ(ImagesIn(rig.memory.windows), rig.images);
}

TEST(Controller, TurnsTheClockBeforeTheNextBatch) {
  Rig rig("dvfs", 1000);
  rig.Start();
  EXPECT_EQ(rig.device.Current(), Megahertz(500));
  rig.Batches(10);
  EXPECT_EQ(rig.device.Current(), Megahertz(1000));
  EXPECT_EQ(rig.controller->setting().clock, Megahertz(1000));
}

TEST(Controller, SaysOnceThatTheClockCannotBeSetAndRecordsTheRealOne) {
  Rig rig("dvfs", 150);  // batch 16 draws 200 W: the lower clock is wanted again and again
  rig.device.broken_knob = true;
  rig.Batches(100);
  EXPECT_GT(rig.device.sets, 5);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kKnobFailed), 1);
  EXPECT_EQ(rig.memory.windows.back().setting.clock, Megahertz(1000));
}

TEST(Controller, JudgesRivalsThatWaitByTheCapAtTheirWindowsEnd) {
  Rig rig("paper", 1000);
  rig.Batches(5);
  rig.cap.Set(Watts(55));
  rig.Batches(5);
  EXPECT_EQ(rig.memory.windows.back().cap, Watts(55));
}

TEST(Controller, AddsUpTheEnergyAboveTheCap) {
  Rig rig("fixed", 190);  // batch 16 draws 200 W
  rig.Batches(10);
  EXPECT_NEAR(rig.memory.windows.back().excess_energy.value(), 10 * 0.1, 1e-9);
}

TEST(Controller, DoesNotRaiseOutOfAWindowThatWasAboveItsCap) {
  Rig rig("batchsizer", 120);
  rig.Batches(100);
  ASSERT_EQ(rig.size(), 8);
  rig.device.power_of = [](BatchSize size, Megahertz) { return Watts(41.0 + 10 * size.value()); };
  rig.cap.Set(Watts(500));
  rig.Batches(1);
  const WindowRecord& window = rig.memory.windows.back();
  EXPECT_EQ(window.peak_power, Watts(121));
  EXPECT_EQ(window.cap, Watts(120));
  EXPECT_EQ(window.decision.action, Action::kKeep);
  EXPECT_EQ(window.decision.reason, Reason::kAfterExcess);
  rig.Batches(50);
  EXPECT_EQ(rig.size(), 16);
}

TEST(Controller, CountsTheEnergyAboveACapThatMovedWithinAReading) {
  Rig rig("fixed");  // batch 16 draws 200 W
  const auto cap = SteppedCap::Create({{Duration(0), Watts(300)},
                                       {milliseconds(120), Watts(180)},
                                       {milliseconds(150), Watts(300)},
                                       {milliseconds(180), Watts(190)}},
                                      TimePoint{});
  rig.device.Hear(milliseconds(100));
  ControllerParts parts = rig.Parts();
  parts.cap = &cap.value();
  rig.controller = Controller::Create(rig.options, parts).value();
  rig.Batches(20);
  EXPECT_NEAR(rig.memory.windows.back().excess_energy.value(), 20 * 0.03 + 10 * 0.02, 1e-9);
}

// A device whose sensor says the mean over the last two batches.
struct AveragingRig : Rig {
  explicit AveragingRig(double cap_w) : Rig("batchsizer", cap_w) {
    device.info.averaging = milliseconds(15);
    device.power_of = [this](BatchSize size, Megahertz) {
      const Watts now(40.0 + 10.0 * size.value());
      return (now + std::exchange(before, now)) / 2.0;
    };
  }
  Watts before{50};
};

TEST(Controller, LearnsNothingFromAReadingThatReachesBackToTheSettingBefore) {
  AveragingRig rig(100);
  rig.Batches(500);
  EXPECT_EQ(rig.size(), 4);
  for (const auto& window : rig.memory.windows) {
    const bool lowered = window.decision.action == Action::kLower;
    EXPECT_TRUE(!lowered || window.setting.batch_size > BatchSize(4));
  }
}

TEST(Controller, DoesNotRaiseAfterAReadingAboveTheCapEvenIfItReachesBack) {
  AveragingRig rig(100);
  rig.options.policy.initial_index = 4;  // 16 draws 200 W, the first reading at 4 after it is 140 W
  rig.Batches(500);
  EXPECT_EQ(rig.size(), 4);
  int held = 0;
  for (const auto& window : rig.memory.windows) {
    const bool above = window.peak_power > window.cap;
    EXPECT_FALSE(above && window.decision.action == Action::kRaise);
    if (window.decision.reason == Reason::kAfterExcess) ++held;
  }
  EXPECT_GT(held, 0);
}

TEST(ControllerCreate, RefusesWhatCannotWork) {
  Rig rig;
  rig.options.window_batches = 0;
  auto refused = Controller::Create(rig.options, rig.Parts());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message, HasSubstr("window: 0 batches"));
}

TEST(ControllerCreate, RefusesClocksWhereThereIsNoKnob) {
  Rig rig("dvfs");
  rig.with_knob = false;
  rig.options.policy.clocks = {Megahertz(500), Megahertz(1000)};
  EXPECT_EQ(Controller::Create(rig.options, rig.Parts()).error().code, ErrorCode::kUnsupported);
  rig.options.policy.name = "batchsizer";
  rig.options.policy.start_clock = Megahertz(500);
  EXPECT_EQ(Controller::Create(rig.options, rig.Parts()).error().code, ErrorCode::kUnsupported);
  rig.options.policy.start_clock.reset();
  const auto made = Controller::Create(rig.options, rig.Parts());
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ((*made)->setting().clock, std::nullopt);
}

}  // namespace
}  // namespace batchsizer::control
