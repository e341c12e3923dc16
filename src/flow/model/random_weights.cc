#include "flow/model/random_weights.h"

#include <algorithm>
#include <functional>

namespace batchsizer::flow {
namespace {

// splitmix64: public domain, passes BigCrush.
std::uint64_t Next(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

constexpr std::int64_t kImageChannels = 3;

// The length weights after those at first become their negatives.
void Mirror(std::vector<float>& weights, std::int64_t first, std::int64_t length) {
  const auto from = weights.begin() + first;
  std::transform(from, from + length, from + length, std::negate<>());
}

}  // namespace

// The sum of four uniform 16-bit numbers: near enough to normal for weights.
float RandomWeights::NextNormal() {
  constexpr float kMean = 2.0F * 65535.0F;
  constexpr float kDeviation = 37837.227F;  // sqrt(4 * (65536^2 - 1) / 12)
  const std::uint64_t bits = Next(state_);
  const std::uint64_t sum =
      (bits & 0xffffU) + ((bits >> 16U) & 0xffffU) + ((bits >> 32U) & 0xffffU) + (bits >> 48U);
  return (static_cast<float>(sum) - kMean) / kDeviation;
}

std::vector<float> RandomWeights::Normal(std::int64_t count, float mean, float deviation) {
  std::vector<float> weights(static_cast<std::size_t>(count));
  for (float& weight : weights) weight = mean + deviation * NextNormal();
  return weights;
}

std::vector<float> RandomWeights::MirroredFilters(std::int64_t rows, std::int64_t columns,
                                                  std::int64_t taps, float deviation) {
  std::vector<float> weights = Normal(rows * columns * taps, 0.0F, deviation);
  const std::int64_t depth = columns * taps;
  for (std::int64_t row = 0; row < rows && columns > kImageChannels; ++row) {
    for (std::int64_t column = 0; column + 1 < columns; column += 2) {
      Mirror(weights, row * depth + column * taps, taps);
    }
  }
  for (std::int64_t row = 0; row + 1 < rows; row += 2) Mirror(weights, row * depth, depth);
  return weights;
}

std::vector<float> RandomWeights::SharedFilters(std::int64_t channels, std::int64_t taps,
                                                float deviation) {
  std::vector<float> weights = Normal(channels * taps, 0.0F, deviation);
  for (std::int64_t pair = 0; pair + 1 < channels; pair += 2) {
    const auto first = weights.begin() + pair * taps;
    std::copy_n(first, taps, first + taps);
  }
  return weights;
}

}  // namespace batchsizer::flow
