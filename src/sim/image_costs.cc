#include "sim/image_costs.h"

#include <numeric>
#include <utility>

#include "base/check.h"

namespace batchsizer::sim {

ImageCosts::ImageCosts(std::span<const double> seconds)
    : mean_s_(std::accumulate(seconds.begin(), seconds.end(), 0.0) /
              static_cast<double>(seconds.size())) {
  BATCHSIZER_CHECK(!seconds.empty());
  std::vector<double> above_mean_s;
  above_mean_s.reserve(seconds.size());
  double above = 0;
  for (const double cost : seconds) {
    above_mean_s.push_back(above);
    above += cost - mean_s_;
  }
  above_mean_s_ = std::make_shared<const std::vector<double>>(std::move(above_mean_s));
}

// A whole round deviates by nothing.
Duration ImageCosts::TakeDeviation(int count) {
  const std::size_t end = (next_ + static_cast<std::size_t>(count)) % above_mean_s_->size();
  const double deviation_s = (*above_mean_s_)[end] - (*above_mean_s_)[next_];
  next_ = end;
  return FromSeconds(deviation_s);
}

}  // namespace batchsizer::sim
