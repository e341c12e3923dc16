// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
// OOPSLA 2014): small, good enough, the same numbers everywhere.
//
// Thread safety: plain value.
#pragma once

#include <cstdint>

namespace batchsizer::flow {

class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
  }
  // In [low, high).
  float Real(float low, float high) {
    return low + (high - low) * static_cast<float>(Next() >> 40U) / 16777216.0F;
  }
  // In [low, high). REQUIRES: low < high.
  int Integer(int low, int high) {
    return low + static_cast<int>(Next() % static_cast<std::uint64_t>(high - low));
  }

 private:
  std::uint64_t state_;
};

}  // namespace batchsizer::flow
