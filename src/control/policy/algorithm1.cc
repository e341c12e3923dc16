#include "control/policy/algorithm1.h"

#include <algorithm>

namespace batchsizer::policy {
namespace {

constexpr int MiddleDown(int a, int b) { return (a + b) / 2; }
constexpr int MiddleUp(int a, int b) { return (a + b + 1) / 2; }

}  // namespace

Algorithm1::Algorithm1(int count, int initial, double alpha, PaperVariant variant)
    : count_(count), max_(count), current_(initial), alpha_(alpha), variant_(variant) {}

Algorithm1::Outcome Algorithm1::Step(Watts peak, Watts cap) {
  if (variant_ == PaperVariant::kEpoch) highest_reading_.reset();
  highest_reading_ = std::max(highest_reading_.value_or(peak), peak);
  const int before = current_;
  const Outcome outcome = variant_ == PaperVariant::kText ? SearchByText(*highest_reading_, cap)
                                                          : Search(*highest_reading_, cap);
  if (Clears() && current_ != before) highest_reading_.reset();
  return outcome;
}

Algorithm1::Outcome Algorithm1::Search(Watts p, Watts cap) {
  if (alpha_ * cap <= p && p <= cap) return Outcome::kInBand;
  if (p > cap) return SearchDown();
  min_ = current_;
  current_ = MiddleUp(min_, max_);
  return Outcome::kBelow;
}

// Lines 12-21: at the smallest size the message is given, and the rest runs all
// the same (the listing has no "else"), unless the variant stops there.
Algorithm1::Outcome Algorithm1::SearchDown() {
  const bool smallest = current_ == 1;
  if (smallest && variant_ == PaperVariant::kStop) return Outcome::kNoFurtherReduction;
  max_ = current_;
  if (current_ == min_) min_ = 1;
  current_ = MiddleDown(min_, max_);
  return smallest ? Outcome::kNoFurtherReduction : Outcome::kAbove;
}

Algorithm1::Outcome Algorithm1::SearchByText(Watts p, Watts cap) {
  if (alpha_ * cap <= p && p <= cap) return Outcome::kInBand;
  if (p > cap) {
    const bool smallest = current_ == 1;
    current_ = MiddleDown(1, current_);
    return smallest ? Outcome::kNoFurtherReduction : Outcome::kAbove;
  }
  current_ = MiddleUp(current_, count_);
  return Outcome::kBelow;
}

}  // namespace batchsizer::policy
