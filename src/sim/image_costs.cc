#include "sim/image_costs.h"

#include <numeric>

#include "base/check.h"

namespace batchsizer::sim {

ImageCosts::ImageCosts(std::span<const double> seconds)
    : mean_s_(std::accumulate(seconds.begin(), seconds.end(), 0.0) /
              static_cast<double>(seconds.size())) {
  BATCHSIZER_CHECK(!seconds.empty());
  above_mean_s_.reserve(seconds.size());
  double above = 0;
  for (const double cost : seconds) {
    above_mean_s_.push_back(above);
    above += cost - mean_s_;
  }
}

// A whole round deviates by nothing.
Duration ImageCosts::TakeDeviation(int count) {
  const std::size_t end = (next_ + static_cast<std::size_t>(count)) % above_mean_s_.size();
  const double deviation_s = above_mean_s_[end] - above_mean_s_[next_];
  next_ = end;
  return FromSeconds(deviation_s);
}

}  // namespace batchsizer::sim
