#include "record/report/thin.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "base/check.h"

namespace batchsizer::record {
namespace {

// Of the points of one column that have a value: which to keep.
class ColumnOfPoints {
 public:
  void Add(std::size_t index, double y) {
    if (empty_ || y < least_) std::tie(lowest_, least_) = std::pair(index, y);
    if (empty_ || y > most_) std::tie(highest_, most_) = std::pair(index, y);
    if (empty_) first_ = index;
    last_ = index;
    empty_ = false;
  }

  void MoveTo(std::vector<std::size_t>& kept) {
    if (empty_) return;
    std::size_t indices[] = {first_, lowest_, highest_, last_};
    std::sort(std::begin(indices), std::end(indices));
    auto* const end = std::unique(std::begin(indices), std::end(indices));
    kept.insert(kept.end(), &indices[0], end);
    empty_ = true;
  }

 private:
  bool empty_ = true;
  std::size_t first_ = 0;
  std::size_t lowest_ = 0;
  std::size_t highest_ = 0;
  std::size_t last_ = 0;
  double least_ = 0;
  double most_ = 0;
};

std::vector<std::size_t> AllOf(std::size_t count) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

}  // namespace

std::vector<std::size_t> ThinPoints(std::span<const double> x, std::span<const double> y) {
  BATCHSIZER_CHECK(x.size() == y.size());
  constexpr double kPointsAColumn = 2;
  if (x.empty() || static_cast<double>(x.size()) <= kPointsAColumn * (x.back() - x.front() + 1)) {
    return AllOf(x.size());
  }
  std::vector<std::size_t> kept;
  ColumnOfPoints column;
  double current = std::floor(x.front());
  double last_value_at = x.front();  // where the last point with a value is
  std::size_t gap = x.size();        // first point without one since then; size: none
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isfinite(y[i])) {
      gap = std::min(gap, i);
      continue;
    }
    const bool wide_gap = gap < i && x[i] - last_value_at > 1;
    if (wide_gap || std::floor(x[i]) != current) column.MoveTo(kept);
    if (wide_gap) kept.push_back(gap);
    current = std::floor(x[i]);
    column.Add(i, y[i]);
    last_value_at = x[i];
    gap = x.size();
  }
  column.MoveTo(kept);
  return kept;
}

}  // namespace batchsizer::record
