// What a host takes to prepare each image of a set, one after the other and round
// again: as batches take images, their preparation differs from the mean. A copy is
// cheap, and goes on where the original stands.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "batchsizer/units.h"

namespace batchsizer::sim {

class ImageCosts {
 public:
  // seconds: of each image, in order. REQUIRES: not empty, none negative.
  explicit ImageCosts(std::span<const double> seconds);

  [[nodiscard]] Duration Mean() const { return FromSeconds(mean_s_); }

  // Takes the next count images: how much longer than as many mean ones (less
  // than 0: shorter). Costs the same whatever the count; allocates nothing.
  [[nodiscard]] Duration TakeDeviation(int count);

 private:
  double mean_s_;
  // Of the first i images together. Copies share it.
  std::shared_ptr<const std::vector<double>> above_mean_s_;
  std::size_t next_ = 0;
};

}  // namespace batchsizer::sim
