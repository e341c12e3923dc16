#include "sim/saturation.h"

#include <algorithm>

namespace batchsizer::sim {

std::optional<BatchSize> SaturationBatch(const Curve& curve, Megahertz clock) {
  const auto sizes = curve.batch_sizes();
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    const auto here = curve.At(sizes[i], clock).throughput;
    const auto next = curve.At(sizes[i + 1], clock).throughput;
    if (next < (1 + kSaturationGain) * here) return sizes[i];
  }
  return std::nullopt;
}

double MostGainAbove(const Curve& curve, BatchSize size, Megahertz clock) {
  const auto here = curve.At(size, clock).throughput;
  double most = 0;
  for (const BatchSize larger : curve.batch_sizes()) {
    if (larger > size) most = std::max(most, curve.At(larger, clock).throughput / here - 1);
  }
  return most;
}

}  // namespace batchsizer::sim
