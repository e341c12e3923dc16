#include "sim/emulated_accelerator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "sim/curve_plant.h"

namespace batchsizer::sim {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

// A batch: 30 ms at 40 W, then 10 ms at 200 W, whatever its size.
class Spiky final : public Plant {
 public:
  explicit Spiky(Duration period, Duration window = Duration(0), const Thermal& thermal = {}) {
    info_.thermal = thermal;
    info_.idle_power = Watts(40);
    info_.name = "emulated:spiky";
    info_.clocks = {Megahertz(500), Megahertz(1000)};
    info_.default_clock = Megahertz(1000);
    info_.smallest = BatchSize(2);
    info_.largest = BatchSize(4);
    info_.max_power = Watts(250);
    info_.sensor_period = period;
    info_.sensor_window = window;
  }
  [[nodiscard]] const PlantInfo& Info() const override { return info_; }
  [[nodiscard]] std::span<const Phase> Batch(BatchSize size, Megahertz clock) override {
    asked_size = size;
    asked_clock_mhz = clock;
    return phases_;
  }
  BatchSize asked_size;
  Megahertz asked_clock_mhz;

 private:
  PlantInfo info_;
  std::array<Phase, 2> phases_{
      {{milliseconds(30), Watts(40), 0.1}, {milliseconds(10), Watts(200), 1.0}}};
};

constexpr Thermal kWarms{.ambient_c = 20,
                         .reference_c = 24,
                         .resistance_k_per_w = 0.1,
                         .time_constant_s = 0.1,
                         .leakage_w_per_k = 0.5};

EmulatedAccelerator Make(Duration period, Duration window = Duration(0), double noise = 0) {
  return {std::make_unique<Spiky>(period, window), {.noise = noise, .seed = 7, .images = {}}};
}

std::vector<double> Readings(EmulatedAccelerator& accelerator) {
  std::vector<double> watts;
  for (const PowerReading& reading : accelerator.TakeReadings()) {
    watts.push_back(reading.power.value());
  }
  return watts;
}

TEST(EmulatedAccelerator, LeakageGrowsAsTheBoardWarms) {
  EmulatedAccelerator accelerator(std::make_unique<Spiky>(Duration(0), Duration(0), kWarms), {});
  // Idle, 40 W, it rests at the reference temperature.
  EXPECT_NEAR(accelerator.temperature_c(), 24, 1e-9);
  accelerator.Execute(BatchSize(2));
  EXPECT_EQ(Readings(accelerator).back(), 200);
  for (int i = 0; i < 100; ++i) accelerator.Execute(BatchSize(2));
  // 80 W in the mean, and what leaks: T = 20 + 0.1 (80 + 0.5 (T - 24)).
  EXPECT_NEAR(accelerator.temperature_c(), 26.8 / 0.95, 1e-6);
  EXPECT_NEAR(Readings(accelerator).back(), 200 + 0.5 * (26.8 / 0.95 - 24), 1e-6);
}

TEST(EmulatedAccelerator, TheFirstPhaseTakesWhatTheImagesTake) {
  constexpr std::array<double, 4> kSeconds{0.001, 0.009, 0.005, 0.005};
  EmulatedAccelerator accelerator(std::make_unique<Spiky>(Duration(0)),
                                  {.noise = 0, .seed = 1, .images = ImageCosts(kSeconds)});
  accelerator.Execute(BatchSize(2));
  EXPECT_EQ(accelerator.clock().Now(), TimePoint(milliseconds(40)));
  accelerator.Execute(BatchSize(3));  // two of 5 ms, and that of 1 ms
  EXPECT_EQ(accelerator.clock().Now(), TimePoint(milliseconds(76)));
}

TEST(EmulatedAccelerator, MovesItsClockByTheBatch) {
  auto accelerator = Make(Duration(0));
  accelerator.Execute(BatchSize(2));
  accelerator.Execute(BatchSize(4));
  EXPECT_EQ(accelerator.clock().Now(), TimePoint(milliseconds(80)));
}

TEST(EmulatedAccelerator, GivesOneReadingABatchWhereTheSensorHasNoPeriod) {
  auto accelerator = Make(Duration(0));
  accelerator.Execute(BatchSize(2));
  EXPECT_THAT(Readings(accelerator), ElementsAre(200));
  EXPECT_TRUE(Readings(accelerator).empty());
}

TEST(EmulatedAccelerator, SamplesWhatIsDrawnAtTheMomentOfAReading) {
  auto accelerator = Make(milliseconds(25));
  for (int batch = 0; batch < 5; ++batch) accelerator.Execute(BatchSize(2));
  // 25, 50, 75, .. 200 ms; the spikes are at 30..40, 70..80, 110..120, 150..160, 190..200.
  EXPECT_THAT(Readings(accelerator), ElementsAre(40, 40, 200, 40, 40, 40, 40, 200));
}

TEST(EmulatedAccelerator, AveragesOverTheSensorsWindow) {
  auto accelerator = Make(milliseconds(40), milliseconds(20));
  accelerator.Execute(BatchSize(2));
  accelerator.Execute(BatchSize(2));
  const auto readings = Readings(accelerator);  // half of each window is the spike
  ASSERT_EQ(readings.size(), 2U);
  EXPECT_NEAR(readings[0], 120, 1e-9);
  EXPECT_NEAR(readings[1], 120, 1e-9);
}

TEST(EmulatedAccelerator, KnowsTheTruthThatItsSensorMisses) {
  auto accelerator = Make(milliseconds(25));
  accelerator.Execute(BatchSize(2));
  const PowerTruth truth = accelerator.TakeTruth();
  EXPECT_EQ(truth.peak, Watts(200));
  EXPECT_NEAR(truth.energy.value(), 0.03 * 40 + 0.01 * 200, 1e-9);
  EXPECT_EQ(accelerator.TakeTruth().energy, Joules(0));
  EXPECT_EQ(accelerator.TakeTruth().peak, Watts(0));
}

TEST(EmulatedAccelerator, HandsOutReadingsInPiecesAndInOrder) {
  auto accelerator = Make(milliseconds(10));
  accelerator.Execute(BatchSize(2));
  std::array<PowerReading, 3> some;
  ASSERT_EQ(accelerator.Drain(some), 3U);
  EXPECT_EQ(some[0].time, TimePoint(milliseconds(10)));
  ASSERT_EQ(accelerator.Drain(some), 1U);
  EXPECT_EQ(some[0].time, TimePoint(milliseconds(40)));
  EXPECT_EQ(accelerator.Drain(some), 0U);
}

TEST(EmulatedAccelerator, RunsThePlantWithinItsRange) {
  auto plant = std::make_unique<Spiky>(Duration(0));
  const Spiky& seen = *plant;
  EmulatedAccelerator accelerator(std::move(plant), {});
  accelerator.Execute(BatchSize(1));  // the last, partial batch of a run
  EXPECT_EQ(seen.asked_size, BatchSize(2));
  ASSERT_TRUE(accelerator.Set(Megahertz(500)).has_value());
  accelerator.Execute(BatchSize(3));
  EXPECT_EQ(seen.asked_size, BatchSize(3));
  EXPECT_EQ(seen.asked_clock_mhz, Megahertz(500));
}

TEST(EmulatedAccelerator, RefusesAForeignClockAndRestoresItsOwn) {
  auto accelerator = Make(Duration(0));
  EXPECT_FALSE(accelerator.Set(Megahertz(700)).has_value());
  EXPECT_EQ(accelerator.Current(), Megahertz(1000));
  ASSERT_TRUE(accelerator.Set(Megahertz(500)).has_value());
  EXPECT_EQ(accelerator.Current(), Megahertz(500));
  ASSERT_TRUE(accelerator.Restore().has_value());
  EXPECT_EQ(accelerator.Current(), Megahertz(1000));
}

TEST(EmulatedAccelerator, SaysWhatItIs) {
  const auto plain = Make(milliseconds(25));
  EXPECT_EQ(plain.Info().source, PowerSource::kEmulated);
  EXPECT_EQ(plain.Info().period, Duration(milliseconds(25)));
  EXPECT_EQ(plain.Info().max_power, Watts(250));
  EXPECT_TRUE(plain.Info().repeats_exactly);
  EXPECT_FALSE(Make(milliseconds(25), Duration(0), 0.01).Info().repeats_exactly);
}

TEST(EmulatedAccelerator, NoiseHasItsDeviationAndIsTheSameForASeed) {
  auto one = Make(Duration(0), Duration(0), 0.02);
  auto other = Make(Duration(0), Duration(0), 0.02);
  double sum = 0;
  double squares = 0;
  constexpr int kCount = 10000;
  for (int i = 0; i < kCount; ++i) {
    one.Execute(BatchSize(2));
    other.Execute(BatchSize(2));
    const auto reading = Readings(one);
    ASSERT_EQ(reading, Readings(other));
    const double relative = reading[0] / 200 - 1;
    sum += relative;
    squares += relative * relative;
  }
  EXPECT_NEAR(sum / kCount, 0, 0.001);
  EXPECT_NEAR(squares / kCount, 0.02 * 0.02, 0.02 * 0.02 * 0.05);
}

TEST(CurvePlant, TakesTimeAndPowerFromTheCurve) {
  const Curve curve =
      Curve::FromGrid({{BatchSize(1), Megahertz(1000), ImagesPerSecond(10), Watts(40)},
                       {BatchSize(4), Megahertz(1000), ImagesPerSecond(20), Watts(70)}});
  EmulatedAccelerator accelerator(std::make_unique<CurvePlant>(curve, "emulated:curve"), {});
  accelerator.Execute(BatchSize(4));
  EXPECT_EQ(accelerator.clock().Now(), TimePoint(milliseconds(200)));
  EXPECT_THAT(Readings(accelerator), ElementsAre(70));
  EXPECT_DOUBLE_EQ(accelerator.TakeTruth().energy.value(), 14);
}

}  // namespace
}  // namespace batchsizer::sim
