#include "flow/image/resize_weights.h"

#include <algorithm>
#include <cmath>

namespace batchsizer::flow {
namespace {

double Triangle(double x) { return std::max(0.0, 1.0 - std::abs(x)); }

}  // namespace

void ResizeWeights::Compute(int in_size, double true_size, std::int64_t out_size,
                            std::int64_t crop_begin, int crop_size) {
  const double scale = true_size / static_cast<double>(out_size);
  const double filter_scale = std::max(scale, 1.0);
  const auto count = static_cast<std::size_t>(crop_size);
  stride_ = static_cast<std::size_t>(std::ceil(filter_scale)) * 2 + 1;
  weights_.resize(count * stride_);
  first_.resize(count);
  count_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double out_position = static_cast<double>(crop_begin) + static_cast<double>(i) + 0.5;
    ComputeOne(i, out_position * scale, filter_scale, in_size);
  }
  most_taps_ = *std::max_element(count_.begin(), count_.end());
  for (std::size_t i = 0; i < count; ++i) PadToMostTaps(i, in_size);
  // first_ never falls with i.
  source_begin_ = first_.front();
  source_end_ = first_.back() + most_taps_;
}

void ResizeWeights::ComputeOne(std::size_t i, double centre, double filter_scale, int in_size) {
  // The pixels whose centres lie under the triangle; truncated as Pillow does.
  constexpr double kToCentre = 0.5;
  const int first = std::max(0, static_cast<int>(centre - filter_scale + kToCentre));
  const int end = std::min(in_size, static_cast<int>(centre + filter_scale + kToCentre));
  float* const weights = &weights_[i * stride_];
  double sum = 0.0;
  const auto weight_of = [&](int x) { return Triangle((x - centre + 0.5) / filter_scale); };
  for (int x = first; x < end; ++x) sum += weight_of(x);
  for (int x = first; x < end; ++x) weights[x - first] = static_cast<float>(weight_of(x) / sum);
  first_[i] = first;
  count_[i] = end - first;
}

void ResizeWeights::PadToMostTaps(std::size_t i, int in_size) {
  float* const weights = &weights_[i * stride_];
  std::fill(weights + count_[i], weights + most_taps_, 0.0F);
  const int beyond = first_[i] + most_taps_ - in_size;
  if (beyond <= 0) return;
  // At the far edge: start earlier, with weights of 0 in front.
  std::rotate(weights, weights + most_taps_ - beyond, weights + most_taps_);
  first_[i] -= beyond;
  count_[i] += beyond;
}

}  // namespace batchsizer::flow
