// Policy `oracle`: the best setting of a table known beforehand. For comparison
// only: no real policy can know the table.
//
// Law: the highest throughput whose tabulated power is at or under the cap; of
// equals the one of least power. Readings are ignored.
// Thread safety: one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "batchsizer/policies.h"

namespace batchsizer::policy {

// Answers "the best point under a cap" in O(log n). Immutable.
class BestUnderCap {
 public:
  explicit BestUnderCap(std::vector<CurvePoint> points);
  // Empty when even the point of least power is above the cap.
  [[nodiscard]] std::optional<CurvePoint> Find(Watts cap) const;
  // REQUIRES: there is at least one point.
  [[nodiscard]] const CurvePoint& LeastPower() const { return least_; }

 private:
  std::vector<CurvePoint> frontier_;  // ascending in power and in throughput
  CurvePoint least_;
};

// REQUIRES: options were validated by MakePolicy; known_curve is not empty.
[[nodiscard]] std::unique_ptr<Policy> MakeOracle(const PolicyOptions& options);

}  // namespace batchsizer::policy
