// Repeatable noise: the same numbers for the same seed on every platform, which
// std::normal_distribution does not promise.
//
// Thread safety: plain value.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace batchsizer::sim {

class Noise {
 public:
  explicit Noise(std::uint64_t seed) : state_(seed) {}

  // Normal, mean 0, standard deviation 1 (Box and Muller's transform).
  double Gauss() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    const double radius = std::sqrt(-2.0 * std::log(1.0 - Uniform()));
    const double angle = 2.0 * std::numbers::pi * Uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
  }

  // In [0, 1).
  double Uniform() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }

 private:
  // SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
  // generators, OOPSLA 2014).
  std::uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace batchsizer::sim
