#include "flow/result/top_classes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace batchsizer::flow {

std::span<const int> TopClasses::Of(std::span<const float> scores, int count) {
  order_.resize(scores.size());
  std::iota(order_.begin(), order_.end(), 0);
  const auto kept = std::min(order_.size(), static_cast<std::size_t>(count));
  const auto key = [&](int index) {
    const float score = scores[static_cast<std::size_t>(index)];
    return std::isnan(score) ? -HUGE_VALF : score;
  };
  std::partial_sort(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(kept),
                    order_.end(),
                    [&](int a, int b) { return key(a) != key(b) ? key(a) > key(b) : a < b; });
  return std::span<const int>(order_).first(kept);
}

}  // namespace batchsizer::flow
