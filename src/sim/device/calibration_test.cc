// Holds the emulated P40 to the published figures: docs/p40-emulation.md as a test.
#include "sim/device/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/device/known_devices.h"
#include "sim/device/reference_networks.h"

namespace batchsizer::sim {
namespace {

constexpr double kGiga = 1e9;

TEST(ReferenceNetworks, HaveThePublishedArithmetic) {
  const auto expect_macs = [](const flow::ModelSummary& model, double published) {
    EXPECT_NEAR(TotalMacs(model) / kGiga / published, 1.0, 0.02) << published;
  };
  expect_macs(MobileNetV1(Fusion::kNone), 0.569);
  expect_macs(ResNetV2(50, Fusion::kNone), 3.49);
  expect_macs(ResNetV2(101, Fusion::kNone), 7.20);
  expect_macs(ResNetV2(152, Fusion::kNone), 10.9);
  expect_macs(GoogLeNet(Fusion::kNone), 1.50);
  expect_macs(InceptionV3(Fusion::kNone), 5.72);
  expect_macs(AlexNet(), 0.724);
}

TEST(ReferenceNetworks, FusingTakesKernelsAwayAndNoArithmetic) {
  const auto apart = ResNetV2(50, Fusion::kNone);
  const auto fused = ResNetV2(50, Fusion::kFull);
  EXPECT_LT(2 * fused.layers.size(), apart.layers.size());
  EXPECT_EQ(TotalMacs(fused), TotalMacs(apart));
}

TEST(P40Calibration, EveryFigureIsWithinItsTolerance) {
  const auto device = LoadKnownDevice("p40");
  ASSERT_TRUE(device.has_value()) << device.error().message;
  const auto figures = Calibrate(*device);
  ASSERT_TRUE(figures.has_value()) << figures.error().message;
  ASSERT_EQ(figures->size(), 46U);
  for (const Figure& figure : *figures) {
    EXPECT_LE(std::abs(figure.RelativeError()), figure.tolerance)
        << figure.group << ": " << figure.name << ": published " << figure.published
        << ", emulated " << figure.emulated;
  }
}

// Single figures come from noisy logs; all together they are held tighter.
TEST(P40Calibration, RootMeanSquareErrorIsBelowTenPercent) {
  const auto figures = Calibrate(*LoadKnownDevice("p40"));
  ASSERT_TRUE(figures.has_value());
  double weights = 0;
  double squares = 0;
  for (const Figure& figure : *figures) {
    weights += figure.weight;
    squares += figure.weight * figure.RelativeError() * figure.RelativeError();
  }
  EXPECT_LT(std::sqrt(squares / weights), 0.10);
}

TEST(P40Calibration, SeesAWrongConstant) {
  DeviceDescription device = *LoadKnownDevice("p40");
  device.power.active_w *= 1.5;
  const auto figures = Calibrate(device);
  ASSERT_TRUE(figures.has_value());
  int outside = 0;
  for (const Figure& figure : *figures) {
    if (std::abs(figure.RelativeError()) > figure.tolerance) ++outside;
  }
  EXPECT_GT(outside, 5);
}

}  // namespace
}  // namespace batchsizer::sim
