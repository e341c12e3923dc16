#include "sim/best_setting.h"

#include <algorithm>

namespace batchsizer::sim {
namespace {

ImagesPerSecond BestUnder(std::span<const CurvePoint> points, Watts cap) {
  ImagesPerSecond best;
  for (const CurvePoint& point : points) {
    if (point.power <= cap) best = std::max(best, point.throughput);
  }
  return best;
}

}  // namespace

ImagesPerSecond OracleThroughput(std::span<const CurvePoint> points,
                                 std::span<const SteppedCap::Step> steps, Duration length) {
  double images = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Duration next = i + 1 < steps.size() ? steps[i + 1].from : length;
    const Duration stretch = std::min(next, length) - std::min(steps[i].from, length);
    images += BestUnder(points, steps[i].cap).value() * ToSeconds(stretch);
  }
  return ImagesPerSecond(length > Duration(0) ? images / ToSeconds(length) : 0.0);
}

}  // namespace batchsizer::sim
