#include "flow/image/resize_weights.h"

#include <algorithm>
#include <cmath>

namespace batchsizer::flow {
namespace {

double Triangle(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

}  // namespace

void ResizeWeights::Compute(const AxisPlan& plan, double true_size, PixelRange available) {
  const FilterReach reach(true_size, plan.out_size);
  const auto count = static_cast<std::size_t>(plan.crop_size);
  stride_ = static_cast<std::size_t>(std::ceil(reach.Radius())) * 2 + 1;
  weights_.resize(count * stride_);
  first_.resize(count);
  count_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double centre = reach.CentreOf(plan.crop_begin + static_cast<std::int64_t>(i));
    ComputeOne(i, centre, reach, available);
  }
  most_taps_ = *std::max_element(count_.begin(), count_.end());
  for (std::size_t i = 0; i < count; ++i) PadToMostTaps(i, available.end);
  // first_ never falls with i.
  source_begin_ = first_.front();
  source_end_ = first_.back() + most_taps_;
}

void ResizeWeights::ComputeOne(std::size_t i, double centre, const FilterReach& reach,
                               PixelRange available) {
  const auto [first, end] = reach.Around(centre, available);
  float* const weights = &weights_[i * stride_];
  double sum = 0.0;
  const auto weight_of = [&](int x) { return Triangle((x - centre + 0.5) / reach.Radius()); };
  for (int x = first; x < end; ++x) sum += weight_of(x);
  for (int x = first; x < end; ++x) weights[x - first] = static_cast<float>(weight_of(x) / sum);
  first_[i] = first;
  count_[i] = end - first;
}

void ResizeWeights::PadToMostTaps(std::size_t i, int available_end) {
  float* const weights = &weights_[i * stride_];
  std::fill(weights + count_[i], weights + most_taps_, 0.0F);
  const int beyond = first_[i] + most_taps_ - available_end;
  if (beyond <= 0) return;
  // At the far edge: start earlier, with weights of 0 in front.
  std::rotate(weights, weights + most_taps_ - beyond, weights + most_taps_);
  first_[i] -= beyond;
  count_[i] += beyond;
}

}  // namespace batchsizer::flow
