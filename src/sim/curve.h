// Curves: throughput and power over batch size and clock (design, section 5).
//
// File: CSV with header `batch,clock_mhz,throughput_ips,power_w`, a full grid,
// rows ascending (by batch then clock, or by clock then batch). Between the
// tabulated batch sizes both are interpolated linearly in batch size; outside
// there is nothing.
//
// Immutable once made: any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/policies.h"
#include "batchsizer/result.h"

namespace batchsizer::sim {

class Curve {
 public:
  // Errors: kInvalidInput with file and line: unsorted, duplicate, a missing
  // cell or row of the grid, not above zero, empty.
  [[nodiscard]] static Result<Curve> Parse(std::string_view text, std::string_view file_name);
  [[nodiscard]] static Result<Curve> Read(const std::string& path);
  // points: a full grid in any order. REQUIRES: not empty, no duplicates.
  [[nodiscard]] static Curve FromGrid(std::vector<CurvePoint> points);

  [[nodiscard]] BatchSize smallest() const { return batch_sizes_.front(); }
  [[nodiscard]] BatchSize largest() const { return batch_sizes_.back(); }
  [[nodiscard]] std::span<const BatchSize> batch_sizes() const { return batch_sizes_; }
  [[nodiscard]] std::span<const Megahertz> clocks() const { return clocks_; }
  [[nodiscard]] Watts highest_power() const { return highest_power_; }
  [[nodiscard]] Watts lowest_power() const { return lowest_power_; }

  // REQUIRES: smallest() <= batch_size <= largest(); clock is one of clocks().
  [[nodiscard]] CurvePoint At(BatchSize batch_size, Megahertz clock) const;

  // As a file's text.
  [[nodiscard]] std::string ToCsv(std::string_view comment) const;

 private:
  explicit Curve(std::vector<CurvePoint> grid);

  std::vector<BatchSize> batch_sizes_;
  std::vector<Megahertz> clocks_;
  std::vector<CurvePoint> grid_;  // clock by clock, batch sizes ascending
  Watts highest_power_;
  Watts lowest_power_;
};

// Every combination of the given batch sizes and clocks, from the curve.
[[nodiscard]] std::vector<CurvePoint> PointsOf(const Curve& curve,
                                               std::span<const BatchSize> batch_sizes,
                                               std::span<const Megahertz> clocks);
// Every integer batch size of the curve's range.
[[nodiscard]] std::vector<BatchSize> AllBatchSizes(const Curve& curve);
// Powers of two within the curve's range, and its largest batch size.
[[nodiscard]] std::vector<BatchSize> DefaultBatchSizes(BatchSize smallest, BatchSize largest);

}  // namespace batchsizer::sim
