// Weights out of a seed: the same on every machine and with every standard
// library (std::normal_distribution is not), and fast enough for a 60 M
// parameter net.
//
// Thread safety: thread-compatible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace batchsizer::flow {

class RandomWeights {
 public:
  explicit RandomWeights(std::uint64_t seed) : state_(seed) {}

  // count numbers, near-normal.
  [[nodiscard]] std::vector<float> Normal(std::int64_t count, float mean, float deviation);

  // Filters of `taps` weights for each pair of output and input channel (rows x
  // columns x taps), mirrored: output channels 2i and 2i+1 are each other's
  // negative, and they weigh input channels 2j and 2j+1 with opposite signs.
  // After a ReLU such a pair still holds a value of either sign, so a deep net
  // neither fades nor gives every image the same answer, as plain random
  // weights do. The last of an odd number of rows or columns is left unmirrored, and
  // so are the columns of an image, which are no pairs.
  [[nodiscard]] std::vector<float> MirroredFilters(std::int64_t rows, std::int64_t columns,
                                                   std::int64_t taps, float deviation);
  // One filter a channel; the two channels of a pair share theirs.
  [[nodiscard]] std::vector<float> SharedFilters(std::int64_t channels, std::int64_t taps,
                                                 float deviation);

 private:
  float NextNormal();  // mean 0, variance 1
  std::uint64_t state_;
};

}  // namespace batchsizer::flow
