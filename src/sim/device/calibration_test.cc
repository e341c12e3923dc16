// Holds the emulated P40 to the published figures: docs/p40-emulation.md as a test.
#include "sim/device/calibration.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/device/known_devices.h"
#include "sim/device/reference_networks.h"

namespace batchsizer::sim {
namespace {

TEST(ReferenceNetworks, AlexNetHasThePublishedArithmetic) {
  double macs = 0;
  for (const flow::LayerCost& layer : AlexNet().layers) macs += static_cast<double>(layer.macs);
  EXPECT_NEAR(macs / 0.724e9, 1.0, 0.01);
}

TEST(P40Calibration, EveryFigureIsWithinItsTolerance) {
  const auto device = LoadKnownDevice("p40");
  ASSERT_TRUE(device.has_value()) << device.error().message;
  const auto figures = Calibrate(*device);
  ASSERT_TRUE(figures.has_value()) << figures.error().message;
  ASSERT_EQ(figures->size(), 104U);
  for (const Figure& figure : *figures) {
    EXPECT_LE(std::abs(figure.RelativeError()), figure.tolerance)
        << figure.group << ": " << figure.name << ": published " << figure.published
        << ", emulated " << figure.emulated;
  }
}

// Single figures come from noisy logs; all together they are held tighter.
TEST(P40Calibration, RootMeanSquareErrorIsBelowElevenPercent) {
  const auto figures = Calibrate(*LoadKnownDevice("p40"));
  ASSERT_TRUE(figures.has_value());
  double weights = 0;
  double squares = 0;
  for (const Figure& figure : *figures) {
    weights += figure.weight;
    squares += figure.weight * figure.RelativeError() * figure.RelativeError();
  }
  EXPECT_LT(std::sqrt(squares / weights), 0.11);
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
