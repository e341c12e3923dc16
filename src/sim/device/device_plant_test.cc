#include "sim/device/device_plant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flow/model/zoo.h"
#include "sim/device/known_devices.h"
#include "sim/device/make_curve.h"

namespace batchsizer::sim {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr Megahertz kTop{1531};
constexpr Megahertz kBottom{544};

DeviceDescription P40() { return *LoadKnownDevice("p40"); }

flow::ModelSummary Zoo(std::string_view name) { return *flow::SummariseZooModel(name); }

std::unique_ptr<Plant> PlantOf(const flow::ModelSummary& model, const HostUse& host = {}) {
  auto plant = CreateDevicePlant(P40(), model, host);
  EXPECT_TRUE(plant.has_value()) << plant.error().message;
  return std::move(*plant);
}

flow::ModelSummary OneLayer(const std::string& op, std::int64_t macs, std::int64_t weight_bytes,
                            std::int64_t output_bytes) {
  flow::LayerCost layer;
  layer.op = op;
  layer.macs = macs;
  layer.weight_bytes = weight_bytes;
  layer.input_bytes = output_bytes;
  layer.output_bytes = output_bytes;
  flow::ModelSummary model;
  model.layers.push_back(layer);
  return model;
}

Duration TimeOf(std::span<const Phase> phases) {
  Duration time{0};
  for (const Phase& phase : phases) time += phase.time;
  return time;
}

// The networks that properties must hold for.
struct Network {
  std::string name;
  flow::ModelSummary model;
};

std::vector<Network> Networks() {
  return {{"MobileNet-v1", Zoo("mobilenet-v1")},
          {"ResNet-v2-50", Zoo("resnet-v2-50")},
          {"ResNet-v2-152", Zoo("resnet-v2-152")},
          {"Inception-v1", Zoo("inception-v1")},
          {"Inception-v3", Zoo("inception-v3")}};
}

TEST(DevicePlant, SaysWhatTheP40Is) {
  const auto plant = PlantOf(Zoo("mobilenet-v1"));
  const PlantInfo& info = plant->Info();
  EXPECT_EQ(info.name, "emulated:p40");
  EXPECT_EQ(info.clocks.size(), 10U);
  EXPECT_EQ(info.default_clock, kTop);
  EXPECT_EQ(info.smallest, BatchSize(1));
  EXPECT_EQ(info.largest, BatchSize(2048));
  EXPECT_EQ(info.idle_power, Watts(56.9));
  EXPECT_EQ(info.max_power, Watts(250));
  EXPECT_EQ(info.sensor_period, Duration(milliseconds(20)));
  EXPECT_EQ(info.sensor_window, Duration(milliseconds(10)));
}

TEST(DevicePlant, ThroughputRisesWithBatchSizeAndClock) {
  for (const Network& network : Networks()) {
    SCOPED_TRACE(network.name);
    const auto plant = PlantOf(network.model);
    const auto throughput = [&](int batch, Megahertz clock) {
      return PointOf(*plant, BatchSize(batch), clock, PeakKind::kTrue).throughput;
    };
    for (int batch = 2; batch <= 1024; ++batch) {
      ASSERT_GT(throughput(batch, kTop), throughput(batch - 1, kTop)) << batch;
    }
    const auto& clocks = plant->Info().clocks;
    for (std::size_t i = 1; i < clocks.size(); ++i) {
      ASSERT_GT(throughput(16, clocks[i]), throughput(16, clocks[i - 1])) << clocks[i].value();
    }
  }
}

TEST(DevicePlant, PeakPowerRisesWithBatchSizeAndClock) {
  for (const Network& network : Networks()) {
    SCOPED_TRACE(network.name);
    const auto plant = PlantOf(network.model);
    for (const PeakKind kind : {PeakKind::kTrue, PeakKind::kObserved}) {
      const auto power = [&](int batch, Megahertz clock) {
        return PointOf(*plant, BatchSize(batch), clock, kind).power;
      };
      for (int batch = 2; batch <= 1024; batch *= 2) {
        ASSERT_GT(power(batch, kTop), power(batch / 2, kTop)) << batch;
        ASSERT_GT(power(batch, kBottom), power(batch / 2, kBottom)) << batch;
      }
      const auto& clocks = plant->Info().clocks;
      for (std::size_t i = 1; i < clocks.size(); ++i) {
        ASSERT_GT(power(64, clocks[i]), power(64, clocks[i - 1])) << clocks[i].value();
      }
    }
  }
}

TEST(DevicePlant, LittleIsGainedAfter256WhilePowerDoesNotFall) {
  for (const Network& network : Networks()) {
    SCOPED_TRACE(network.name);
    const auto plant = PlantOf(network.model);
    const CurvePoint at = PointOf(*plant, BatchSize(256), kTop, PeakKind::kObserved);
    const CurvePoint twice = PointOf(*plant, BatchSize(512), kTop, PeakKind::kObserved);
    EXPECT_LT(twice.throughput / at.throughput, 1.02);
    EXPECT_GE(twice.power, at.power);
  }
}

TEST(DevicePlant, CapsBetween60And200WattsBite) {
  for (const Network& network : Networks()) {
    SCOPED_TRACE(network.name);
    const auto plant = PlantOf(network.model);
    const auto power = [&](int batch, Megahertz clock) {
      return PointOf(*plant, BatchSize(batch), clock, PeakKind::kObserved).power;
    };
    EXPECT_GT(power(1, kTop), Watts(60));
    EXPECT_LT(power(1, kTop), Watts(100));
    EXPECT_GT(power(256, kTop), Watts(125));
    EXPECT_LT(power(256, kTop), Watts(200));
    EXPECT_LT(power(256, kBottom), Watts(105));
  }
}

TEST(DevicePlant, TimeIsAConstantPlusATimePerImage) {
  const auto plant = PlantOf(Zoo("resnet-v2-50"));
  const auto seconds = [&](int batch) {
    return ToSeconds(TimeOf(plant->Batch(BatchSize(batch), kTop)));
  };
  const double per_image = (seconds(256) - seconds(32)) / 224;
  const double start = seconds(32) - 32 * per_image;
  EXPECT_GT(start, 0);
  EXPECT_NEAR(seconds(128) / (start + 128 * per_image), 1.0, 0.01);
}

TEST(DevicePlant, ABatchStartsWithAGapAndASpike) {
  const auto plant = PlantOf(Zoo("resnet-v2-50"));
  const auto phases = plant->Batch(BatchSize(32), kTop);
  ASSERT_EQ(phases.size(), 8U);
  EXPECT_EQ(phases[0].power, Watts(56.9));
  EXPECT_EQ(phases[0].utilisation, 0.0);
  EXPECT_EQ(phases[1].time, Duration(std::chrono::microseconds(2500)));
  EXPECT_GT(phases[1].power, phases[2].power);
  EXPECT_GT(phases[2].utilisation, 0.5);
  EXPECT_LE(phases[2].utilisation, 1.0);
}

TEST(DevicePlant, PowerMovesAsTheLayersDo) {
  const auto plant = PlantOf(Zoo("resnet-v2-50"));
  const auto phases = plant->Batch(BatchSize(32), kTop);
  // Without gap and spike; wide layers come first.
  const auto by_power = [](const Phase& a, const Phase& b) { return a.power < b.power; };
  const auto [least, most] = std::minmax_element(phases.begin() + 2, phases.end(), by_power);
  EXPECT_GT(most->power - least->power, Watts(5));
  EXPECT_LT(most, least);
}

TEST(DevicePlant, UtilisationReachesOneWithTheBatch) {
  const auto plant = PlantOf(Zoo("resnet-v2-50"));
  const auto utilisation = [&](int batch) {
    double highest = 0;
    for (const Phase& phase : plant->Batch(BatchSize(batch), kTop)) {
      highest = std::max(highest, phase.utilisation);
    }
    return highest;
  };
  EXPECT_LT(utilisation(1), 0.6);
  EXPECT_GT(utilisation(128), 0.95);
  EXPECT_GT(utilisation(512), 0.985);
}

TEST(DevicePlant, SerialPreparationIsAGapOfItsOwn) {
  const auto ready = PlantOf(Zoo("resnet-v2-50"), {"paper"});
  const auto serial = PlantOf(Zoo("resnet-v2-50"), {"paper", milliseconds(8)});
  const Duration gap = ready->Batch(BatchSize(16), kTop).front().time;
  const auto phases = serial->Batch(BatchSize(16), kTop);
  EXPECT_EQ(phases.front().time, gap + Duration(milliseconds(128)));
  EXPECT_EQ(phases.front().utilisation, 0.0);
  EXPECT_EQ(phases.front().power, Watts(56.9));
  EXPECT_EQ(serial->Batch(BatchSize(16), kBottom).front().power, Watts(45.4));
}

TEST(DevicePlant, OverlappedPreparationWaitsOnlyForWhatIsLeft) {
  const auto ready = PlantOf(Zoo("resnet-v2-50"));
  const auto slow = PlantOf(Zoo("resnet-v2-50"), {kNativeHost, milliseconds(8)});
  const auto quick = PlantOf(Zoo("resnet-v2-50"), {kNativeHost, std::chrono::microseconds(100)});
  // Slower than the device: the batch takes as long as its preparation.
  const Duration gap = ready->Batch(BatchSize(16), kTop).front().time;
  EXPECT_NEAR(ToSeconds(TimeOf(slow->Batch(BatchSize(16), kTop)) - gap), 0.128, 1e-8);
  EXPECT_EQ(TimeOf(quick->Batch(BatchSize(16), kTop)), TimeOf(ready->Batch(BatchSize(16), kTop)));
}

TEST(DevicePlant, AStrangerAsHostIsNotFound) {
  const auto plant = CreateDevicePlant(P40(), Zoo("mobilenet-v1"), {"papers"});
  ASSERT_FALSE(plant.has_value());
  EXPECT_EQ(plant.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(plant.error().message, HasSubstr("did you mean 'paper'?"));
}

TEST(DevicePlant, AboveItsLimitTheBoardLowersItsClock) {
  DeviceDescription device = P40();
  const auto free = CreateDevicePlant(device, Zoo("resnet-v2-50"));
  device.power.max_w = 120;
  const auto limited = CreateDevicePlant(device, Zoo("resnet-v2-50"));
  ASSERT_TRUE(free.has_value() && limited.has_value());
  const auto busy = [](Plant& plant, int batch) {
    return plant.Batch(BatchSize(batch), kTop).back();
  };
  EXPECT_GT(busy(**free, 128).power, Watts(150));
  EXPECT_LT(busy(**limited, 128).power, Watts(125));
  EXPECT_GT(busy(**limited, 128).time, busy(**free, 128).time);
  // Where the limit is not met, nothing changes.
  EXPECT_EQ(busy(**limited, 1).time, busy(**free, 1).time);
}

TEST(DevicePlant, IsTheSameEveryTime) {
  const auto a = PlantOf(Zoo("inception-v3"));
  const auto b = PlantOf(Zoo("inception-v3"));
  static_cast<void>(b->Batch(BatchSize(7), kBottom));
  for (const int batch : {1, 3, 64, 3, 1}) {
    const auto first = a->Batch(BatchSize(batch), kTop);
    const auto second = b->Batch(BatchSize(batch), kTop);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(first[i].time, second[i].time);
      EXPECT_EQ(first[i].power, second[i].power);
      EXPECT_EQ(first[i].utilisation, second[i].utilisation);
    }
  }
}

TEST(DevicePlant, AskingAgainGivesTheSamePlaceInMemory) {
  const auto plant = PlantOf(Zoo("mobilenet-v1"));
  const Phase* first = plant->Batch(BatchSize(8), kTop).data();
  static_cast<void>(plant->Batch(BatchSize(9), kTop));
  EXPECT_EQ(plant->Batch(BatchSize(8), kTop).data(), first);
}

TEST(DevicePlant, NodesThatOnlyReshapeCostNothing) {
  auto model = Zoo("mobilenet-v1");
  const auto before = PlantOf(model);
  flow::LayerCost reshape;
  reshape.op = "Reshape";
  reshape.input_bytes = reshape.output_bytes = 4096;
  model.layers.push_back(reshape);
  const auto after = PlantOf(model);
  EXPECT_EQ(TimeOf(before->Batch(BatchSize(4), kTop)), TimeOf(after->Batch(BatchSize(4), kTop)));
}

TEST(DevicePlant, AModelWithNothingToRunIsRefused) {
  const auto plant = CreateDevicePlant(P40(), flow::ModelSummary{});
  ASSERT_FALSE(plant.has_value());
  EXPECT_EQ(plant.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(plant.error().message, HasSubstr("no layer"));
}

TEST(DevicePlant, AModelLargerThanTheMemoryIsRefused) {
  const auto plant = CreateDevicePlant(P40(), OneLayer("Gemm", 1000, 30'000'000'000, 4000));
  ASSERT_FALSE(plant.has_value());
  EXPECT_EQ(plant.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(plant.error().message, HasSubstr("24 GB"));
}

TEST(DevicePlant, TheLargestBatchFitsTheMemory) {
  // 200 MB an image in and out: 120 images in 24 GB.
  const auto plant = PlantOf(OneLayer("Conv", 1'000'000'000, 0, 100'000'000));
  EXPECT_EQ(plant->Info().largest, BatchSize(120));
}

TEST(DevicePlant, ADeviceThatTakesForEverIsRefused) {
  DeviceDescription device = P40();
  device.compute.efficiency = 1e-12;
  const auto plant = CreateDevicePlant(device, Zoo("mobilenet-v1"));
  ASSERT_FALSE(plant.has_value());
  EXPECT_EQ(plant.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(plant.error().message, HasSubstr("its constants must be wrong"));
  // Slow, but not for ever: the largest batches are left out.
  device.compute.efficiency = 1e-5;
  const auto slow = CreateDevicePlant(device, Zoo("mobilenet-v1"));
  ASSERT_TRUE(slow.has_value()) << slow.error().message;
  EXPECT_LT((*slow)->Info().largest, BatchSize(2048));
}

TEST(DevicePlant, AFixedBatchAxisLeavesOneSize) {
  auto model = Zoo("mobilenet-v1");
  model.fixed_batch_size = BatchSize(8);
  const auto plant = PlantOf(model);
  EXPECT_EQ(plant->Info().smallest, BatchSize(8));
  EXPECT_EQ(plant->Info().largest, BatchSize(8));
  EXPECT_GT(TimeOf(plant->Batch(BatchSize(8), kTop)), Duration(0));
}

TEST(MakeCurve, GivesEveryPairClockByClock) {
  const auto plant = PlantOf(Zoo("mobilenet-v1"));
  constexpr std::array<BatchSize, 2> kSizes{BatchSize(1), BatchSize(32)};
  const auto curve = MakeCurve(*plant, kSizes, PeakKind::kObserved);
  ASSERT_TRUE(curve.has_value()) << curve.error().message;
  ASSERT_EQ(curve->size(), 20U);
  EXPECT_EQ(curve->at(1).batch_size, BatchSize(32));
  EXPECT_EQ(curve->at(1).clock, kBottom);
  EXPECT_EQ(curve->at(2).batch_size, BatchSize(1));
  EXPECT_EQ(curve->at(2).clock, Megahertz(632));
  const double seconds = ToSeconds(TimeOf(plant->Batch(BatchSize(32), kBottom)));
  EXPECT_DOUBLE_EQ(curve->at(1).throughput.value(), 32 / seconds);
}

TEST(MakeCurve, TheSensorSeesNoMoreThanThereIs) {
  const auto plant = PlantOf(Zoo("resnet-v2-50"), {"paper", milliseconds(8)});
  constexpr std::array<BatchSize, 3> kSizes{BatchSize(1), BatchSize(8), BatchSize(256)};
  const auto seen = MakeCurve(*plant, kSizes, PeakKind::kObserved);
  const auto peak = MakeCurve(*plant, kSizes, PeakKind::kTrue);
  ASSERT_TRUE(seen.has_value() && peak.has_value());
  for (std::size_t i = 0; i < seen->size(); ++i) {
    EXPECT_LT(seen->at(i).power, peak->at(i).power);
    EXPECT_EQ(seen->at(i).throughput, peak->at(i).throughput);
  }
}

TEST(MakeCurve, ABatchSizeOutOfRangeIsNamed) {
  const auto plant = PlantOf(Zoo("mobilenet-v1"));
  constexpr std::array<BatchSize, 1> kSizes{BatchSize(4096)};
  const auto curve = MakeCurve(*plant, kSizes, PeakKind::kTrue);
  ASSERT_FALSE(curve.has_value());
  EXPECT_EQ(curve.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(curve.error().message, HasSubstr("4096 is outside 1..2048"));
}

}  // namespace
}  // namespace batchsizer::sim
