// Safety rule 2: power that cannot be known means the smallest batch size and
// the lowest clock, said once, and left when readings are good again.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "control/testing.h"

namespace batchsizer::control {
namespace {

using testing::FakeDevice;
using testing::milliseconds;
using testing::Rig;
using testing::seconds;

struct Trouble {
  const char* name;
  Reason reason;
  void (*begin)(FakeDevice&);
  void (*end)(FakeDevice&);
};
void PrintTo(const Trouble& trouble, std::ostream* out) { *out << trouble.name; }

void Mend(FakeDevice& device) { device.broken_reading.reset(); }

const Trouble kTroubles[] = {
    {"SilentReadingByReading", Reason::kSensorSilent, [](FakeDevice& d) { d.Silence(); },
     [](FakeDevice& d) { d.Speak(); }},
    {"Nan", Reason::kSensorNan, [](FakeDevice& d) { d.broken_reading = Watts(std::nan("")); },
     Mend},
    {"Negative", Reason::kSensorNegative, [](FakeDevice& d) { d.broken_reading = Watts(-1); },
     Mend},
    {"TooHigh", Reason::kSensorTooHigh, [](FakeDevice& d) { d.broken_reading = Watts(751); }, Mend},
    {"Infinite", Reason::kSensorTooHigh,
     [](FakeDevice& d) { d.broken_reading = Watts(std::numeric_limits<double>::infinity()); },
     Mend},
};

class SensorTrouble : public ::testing::TestWithParam<Trouble> {
 protected:
  SensorTrouble() : rig_("batchsizer", 150) {
    rig_.device.info.max_power = Watts(250);
    rig_.Batches(100);
  }
  Rig rig_;
};

TEST_P(SensorTrouble, MeansTheSmallestBatchAtTheLowestClockSaidOnce) {
  ASSERT_EQ(rig_.size(), 8);
  GetParam().begin(rig_.device);
  rig_.Batches(3);
  EXPECT_EQ(rig_.size(), 1);
  EXPECT_EQ(rig_.device.Current(), Megahertz(500));
  rig_.Batches(60);
  EXPECT_EQ(rig_.memory.Count(NoticeKind::kSafeEntered), 1);
  EXPECT_EQ(rig_.memory.Count(NoticeKind::kSafeLeft), 0);
  const Decision& decision = rig_.memory.windows.back().decision;
  EXPECT_EQ(decision.action, Action::kSafe);
  EXPECT_EQ(decision.reason, GetParam().reason);
  EXPECT_EQ(decision.setting, (Setting{BatchSize(1), Megahertz(500)}));
}

TEST_P(SensorTrouble, IsLeftAfterThreeGoodReadings) {
  GetParam().begin(rig_.device);
  rig_.Batches(30);
  GetParam().end(rig_.device);
  rig_.Batches(2);
  EXPECT_EQ(rig_.memory.Count(NoticeKind::kSafeLeft), 0);
  rig_.Batches(1);
  EXPECT_EQ(rig_.memory.Count(NoticeKind::kSafeLeft), 1);
  rig_.Batches(100);
  EXPECT_EQ(rig_.size(), 8);
  EXPECT_EQ(rig_.device.Current(), Megahertz(1000));
  EXPECT_EQ(rig_.memory.Count(NoticeKind::kSafeEntered), 1);
}

INSTANTIATE_TEST_SUITE_P(Controller, SensorTrouble, ::testing::ValuesIn(kTroubles),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(SensorSilence, IsJudgedByThePeriodWhereThereIsOne) {
  Rig rig("batchsizer", 150);
  rig.device.Hear(milliseconds(50));
  rig.Batches(500);
  ASSERT_EQ(rig.size(), 8);
  rig.device.Silence();
  rig.Batches(15);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeEntered), 0);
  rig.Batches(5);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeEntered), 1);
  EXPECT_EQ(rig.size(), 1);
  rig.device.Speak();
  rig.Batches(16);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeLeft), 1);
}

TEST(SensorSilence, IsSafeForEveryPolicy) {
  for (const auto name : PolicyNames()) {
    SCOPED_TRACE(name);
    Rig rig(std::string(name), 150);
    rig.options.policy.known_curve = {
        {BatchSize(16), Megahertz(1000), ImagesPerSecond(100), Watts(100)}};
    rig.Batches(50);
    rig.device.Silence();
    rig.Batches(3);
    EXPECT_EQ(rig.controller->setting(), (Setting{BatchSize(1), Megahertz(500)}));
  }
}

TEST(SensorSilence, DoesNotRaiseAFixedBatchSizeBelowTheList) {
  Rig rig("fixed", 150);
  rig.options.policy.batch_sizes = {BatchSize(4), BatchSize(8)};
  rig.options.policy.fixed_batch_size = BatchSize(2);
  rig.device.Silence();
  rig.Batches(5);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeEntered), 1);
  EXPECT_EQ(rig.size(), 2);
}

TEST(SensorSilence, FromTheStartNeverRaises) {
  Rig rig("batchsizer", 1000);
  rig.device.Silence();
  rig.Batches(100);
  EXPECT_EQ(rig.size(), 1);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeEntered), 1);
}

TEST(SensorTroubleWhileImpossible, DoesNotSayImpossibleAgain) {
  Rig rig("batchsizer", 45);
  rig.Batches(30);
  rig.device.Silence();
  rig.Batches(30);
  rig.device.Speak();
  rig.Batches(30);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeLeft), 1);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kCapImpossible), 1);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kCapMet), 0);
}

TEST(BadReadings, AreCountedAndNotUsed) {
  Rig rig("batchsizer", 150);
  rig.Batches(100);
  rig.device.broken_reading = Watts(-5);
  rig.Batches(1);
  rig.device.broken_reading.reset();
  rig.Batches(30);
  int bad = 0;
  for (const auto& window : rig.memory.windows) {
    bad += window.bad_readings;
    EXPECT_GE(window.peak_power.value_or(Watts(50)), Watts(50));
  }
  EXPECT_EQ(bad, 1);
}

TEST(StuckSensor, IsNoticedOnceTheLoadChanged) {
  Rig rig("batchsizer", 150);
  rig.device.power_of = [](BatchSize, Megahertz) { return Watts(77.25); };
  rig.device.batch_time = milliseconds(100);
  rig.Batches(200);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeEntered), 1);
  EXPECT_EQ(rig.memory.windows.back().decision.reason, Reason::kSensorStuck);
  EXPECT_EQ(rig.size(), 1);
  rig.device.power_of = [](BatchSize size, Megahertz) { return Watts(60.0 + size.value()); };
  rig.Batches(1);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeLeft), 1);
}

TEST(StuckSensor, IsNoneUnderAConstantLoad) {
  Rig rig("fixed", 500);
  rig.device.batch_time = milliseconds(100);
  rig.Batches(500);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeEntered), 0);
}

TEST(StuckSensor, IsNoneOfANoiseFreeModel) {
  Rig rig("batchsizer", 150);
  rig.device.info.repeats_exactly = true;
  rig.device.power_of = [](BatchSize, Megahertz) { return Watts(77.25); };
  rig.device.batch_time = milliseconds(100);
  rig.Batches(500);
  EXPECT_EQ(rig.memory.Count(NoticeKind::kSafeEntered), 0);
}

}  // namespace
}  // namespace batchsizer::control
