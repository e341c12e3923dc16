#include "runtime/profiler.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace batchsizer::runtime {
namespace {

using std::chrono::milliseconds;

// A device on virtual time: a batch takes 10 ms and 1 ms an image, at 1000 MHz.
struct Device {
  VirtualClock clock;
  Megahertz now{1000};
  int holds = 1 << 20;  // images
  int runs = 0;
  int stop_after = -1;  // runs
  bool speaks = true;   // the sensor
  std::atomic<bool> stop{false};
  std::vector<PowerReading> readings;
};

class TestEngine final : public Engine {
 public:
  explicit TestEngine(Device& device) : device_(device) {}
  [[nodiscard]] const EngineInfo& Info() const override { return info_; }
  Status Prepare(BatchSize) override { return {}; }
  Result<OutputBatch> Run(const InputBatch& batch) override {
    if (batch.size.value() > device_.holds) {
      return MakeError(ErrorCode::kOutOfMemory, "no room");
    }
    if (++device_.runs == device_.stop_after) device_.stop.store(true);
    const double share = device_.now / Megahertz(1000);
    const TimePoint start = device_.clock.Now();
    device_.clock.Advance(FromSeconds((0.010 + 0.001 * batch.size.value()) / share));
    const Watts power = share * Watts(50 + batch.size.value());
    // One reading at the end, and one near the start, of what ran three batches before:
    // after two batches to warm up, the setting before.
    device_.readings.push_back({start + milliseconds(1), powers_.front()});
    device_.readings.push_back({device_.clock.Now(), power});
    powers_ = {powers_[1], powers_[2], power};
    return OutputBatch{};
  }

 private:
  Device& device_;
  EngineInfo info_;
  std::array<Watts, 3> powers_{Watts(400), Watts(400), Watts(400)};
};

class TestMeter final : public PowerMeter {
 public:
  explicit TestMeter(Device& device) : device_(device) {
    info_.name = "test";
    info_.period = milliseconds(5);
    info_.averaging = milliseconds(5);
    info_.max_power = Watts(500);
  }
  [[nodiscard]] const MeterInfo& Info() const override { return info_; }
  std::size_t Drain(std::span<PowerReading> out) override {
    const std::size_t count = std::min(out.size(), device_.readings.size());
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = device_.readings[i];
      if (!device_.speaks) out[i].power = Watts(std::numeric_limits<double>::quiet_NaN());
    }
    device_.readings.erase(device_.readings.begin(),
                           device_.readings.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

 private:
  Device& device_;
  MeterInfo info_;
};

class TestKnob final : public ClockKnob {
 public:
  explicit TestKnob(Device& device) : device_(device) {}
  [[nodiscard]] std::span<const Megahertz> Supported() const override { return clocks_; }
  [[nodiscard]] Megahertz Current() const override { return device_.now; }
  Status Set(Megahertz clock) override {
    device_.now = clock;
    return {};
  }
  Status Restore() override { return Set(clocks_.back()); }

 private:
  Device& device_;
  std::vector<Megahertz> clocks_{Megahertz(500), Megahertz(1000)};
};

class ProfileTest : public ::testing::Test {
 protected:
  ProfileOutcome Run(const std::vector<BatchSize>& sizes, const std::vector<Megahertz>& clocks,
                     const ProfileLimits& limits) {
    TestEngine engine(device_);
    TestMeter meter(device_);
    TestKnob knob(device_);
    const ProfileListener listener{.begins = [this](const ProfileStep&) { ++begun_; },
                                   .measured = [this](const MeasuredPoint&) { ++measured_; }};
    return Profile({.engine = &engine,
                    .meter = &meter,
                    .clock = &device_.clock,
                    .clock_knob = clocks.empty() ? nullptr : &knob},
                   sizes, clocks, limits, listener, device_.stop);
  }

  Device device_;
  int begun_ = 0;
  int measured_ = 0;
};

TEST_F(ProfileTest, MeasuresEverySizeAtEveryClock) {
  const auto outcome = Run({BatchSize(1), BatchSize(10)}, {Megahertz(500), Megahertz(1000)},
                           {.batches = 5, .readings = 3});
  EXPECT_EQ(outcome.end, ProfileEnd::kDone);
  ASSERT_EQ(outcome.points.size(), 4U);
  EXPECT_EQ(begun_, 4);
  EXPECT_EQ(measured_, 4);
  const MeasuredPoint& point = outcome.points[2];  // 10 images at half the clock
  EXPECT_EQ(point.batch_size, BatchSize(10));
  EXPECT_EQ(point.clock, Megahertz(500));
  EXPECT_NEAR(point.throughput.value(), 10 / 0.040, 1e-6);
  EXPECT_DOUBLE_EQ(point.peak.value(), 30);
  EXPECT_EQ(point.batches, 5);
  EXPECT_EQ(point.time, milliseconds(200));
  EXPECT_FALSE(point.true_peak.has_value());
  EXPECT_EQ(device_.now, Megahertz(1000));  // set back
}

// The setting before drew more; a reading that averages over its time is left out.
TEST_F(ProfileTest, LeavesOutWhatTheSettingBeforeDrew) {
  const auto outcome = Run({BatchSize(1), BatchSize(2)}, {}, {.batches = 1, .readings = 1});
  ASSERT_EQ(outcome.points.size(), 2U);
  EXPECT_DOUBLE_EQ(outcome.points[0].peak.value(), 51);
  EXPECT_DOUBLE_EQ(outcome.points[1].peak.value(), 52);
}

TEST_F(ProfileTest, GoesOnUntilTimeAndReadingsAreEnoughToo) {
  auto outcome = Run({BatchSize(10)}, {}, {.batches = 1, .time = milliseconds(100)});
  ASSERT_EQ(outcome.points.size(), 1U);
  EXPECT_EQ(outcome.points[0].batches, 5);
  EXPECT_FALSE(outcome.points[0].clock.has_value());
  outcome = Run({BatchSize(10)}, {}, {.batches = 1, .readings = 9});
  EXPECT_GE(outcome.points.at(0).readings, 9);
}

TEST_F(ProfileTest, EndsAtTheSizeThatDoesNotFit) {
  device_.holds = 8;
  const auto outcome = Run({BatchSize(4), BatchSize(8), BatchSize(16), BatchSize(32)}, {}, {});
  EXPECT_EQ(outcome.end, ProfileEnd::kOutOfMemory);
  EXPECT_EQ(outcome.ended_at, BatchSize(16));
  EXPECT_EQ(outcome.points.size(), 2U);
}

TEST_F(ProfileTest, KeepsWhatWasMeasuredWhenItIsStopped) {
  device_.stop_after = 40;  // 12 runs a point, at least
  const auto outcome = Run({BatchSize(1), BatchSize(2), BatchSize(4), BatchSize(8)}, {}, {});
  EXPECT_EQ(outcome.end, ProfileEnd::kStopped);
  EXPECT_EQ(outcome.points.size(), 3U);
  EXPECT_EQ(outcome.ended_at, BatchSize(8));
}

TEST_F(ProfileTest, DoesNotBelieveASensorThatGivesNoNumbers) {
  device_.speaks = false;
  const auto outcome = Run({BatchSize(1), BatchSize(2)}, {}, {});
  EXPECT_EQ(outcome.end, ProfileEnd::kFailed);
  EXPECT_EQ(outcome.error.code, ErrorCode::kUnavailable);
  EXPECT_TRUE(outcome.points.empty());
}

}  // namespace
}  // namespace batchsizer::runtime
