#include "sim/saturation.h"

#include <gtest/gtest.h>

namespace batchsizer::sim {
namespace {

constexpr Megahertz kClock(1000);

Curve CurveOf(const std::vector<double>& throughputs) {
  std::vector<CurvePoint> points;
  int size = 1;
  for (const double ips : throughputs) {
    points.push_back({BatchSize(size), kClock, ImagesPerSecond(ips), Watts(100)});
    size *= 2;
  }
  return Curve::FromGrid(std::move(points));
}

TEST(SaturationBatch, IsTheSmallestWhoseNextBringsLessThanTwoPercent) {
  EXPECT_EQ(SaturationBatch(CurveOf({100, 180, 200, 203.9, 250}), kClock), BatchSize(4));
  EXPECT_EQ(SaturationBatch(CurveOf({100, 90, 80}), kClock), BatchSize(1));
}

TEST(SaturationBatch, IsNoneWhereEveryLargerSizeBringsMore) {
  EXPECT_EQ(SaturationBatch(CurveOf({100, 102, 105}), kClock), std::nullopt);
  EXPECT_EQ(SaturationBatch(CurveOf({100}), kClock), std::nullopt);
}

TEST(MostGainAbove, TellsADipFromTheEnd) {
  const Curve dip = CurveOf({100, 180, 170, 270});
  EXPECT_NEAR(MostGainAbove(dip, BatchSize(2), kClock), 0.5, 1e-12);
  EXPECT_EQ(MostGainAbove(dip, BatchSize(8), kClock), 0.0);
}

}  // namespace
}  // namespace batchsizer::sim
