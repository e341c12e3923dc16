// Algorithm 1 of the paper (BatchSizer, ASP-DAC 2021, section 4): a pseudo
// binary search over an ascending list of settings, its faults kept. Only
// indices live here; what they index (batch sizes) is the caller's.
//
// Indices are 1-based, as in the listing. Thread safety: plain value.
#pragma once

#include <algorithm>
#include <optional>

#include "batchsizer/policies.h"

namespace batchsizer::policy {

class Algorithm1 {
 public:
  enum class Outcome { kInBand, kBelow, kAbove, kNoFurtherReduction };

  // REQUIRES: 1 <= initial <= count; 0 < alpha <= 1.
  Algorithm1(int count, int initial, double alpha, PaperVariant variant);

  // The highest reading of an epoch against the cap. Returns which case of the
  // listing held; the new index is in current().
  Outcome Step(Watts peak, Watts cap);

  // Puts the search at an index that something else chose. minBS follows down:
  // the listing has minBS <= currentBS, and with it never raises above the cap. The
  // variants that clear the readings on a change do so here too.
  void MoveTo(int index) {
    if (Clears() && index != current_) highest_reading_.reset();
    current_ = index;
    min_ = std::min(min_, index);
  }

  [[nodiscard]] int current() const { return current_; }
  [[nodiscard]] int min() const { return min_; }
  [[nodiscard]] int max() const { return max_; }
  [[nodiscard]] int count() const { return count_; }

 private:
  [[nodiscard]] bool Clears() const {
    return variant_ == PaperVariant::kCleared || variant_ == PaperVariant::kText;
  }
  Outcome Search(Watts p, Watts cap);
  Outcome SearchDown();
  Outcome SearchByText(Watts p, Watts cap);

  int count_;
  int min_ = 1;
  int max_;
  int current_;
  double alpha_;
  PaperVariant variant_;
  std::optional<Watts> highest_reading_;  // max(PowerReading) of the listing
};

}  // namespace batchsizer::policy
