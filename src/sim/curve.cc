#include "sim/curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>
#include <tuple>

#include "base/csv.h"
#include "base/text.h"

namespace batchsizer::sim {
namespace {

constexpr std::array<std::string_view, 4> kColumns{"batch", "clock_mhz", "throughput_ips",
                                                   "power_w"};
constexpr double kLargestBatch = 1 << 20;
// What virtual time can tell apart, and what 64 bits of nanoseconds can hold.
constexpr double kShortestBatchS = 1e-9;
constexpr double kLongestBatchS = 1e6;

tl::unexpected<Error> Invalid(std::string_view file, int line, std::string_view what) {
  return MakeError(ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", file, line, what));
}

std::string WrongWith(const base::NumberRow& row) {
  for (std::size_t i = 0; i < kColumns.size(); ++i) {
    if (!(row.cells[i] > 0)) {
      return fmt::format("{}: {} is not above 0", kColumns[i], row.cells[i]);
    }
  }
  if (row.cells[0] != std::floor(row.cells[0]) || row.cells[0] > kLargestBatch) {
    return fmt::format("batch: {} is not a whole number from 1 to {}", row.cells[0], kLargestBatch);
  }
  const double batch_s = row.cells[0] / row.cells[2];
  if (batch_s < kShortestBatchS || batch_s > kLongestBatchS) {
    return fmt::format("throughput_ips: {} makes a batch of {} take {} s; it must be {} to {} s",
                       row.cells[2], row.cells[0], batch_s, kShortestBatchS, kLongestBatchS);
  }
  return {};
}

CurvePoint ToPoint(const base::NumberRow& row) {
  return {BatchSize(static_cast<int>(row.cells[0])), Megahertz(row.cells[1]),
          ImagesPerSecond(row.cells[2]), Watts(row.cells[3])};
}

bool ByBatch(const CurvePoint& a, const CurvePoint& b) {
  return std::tie(a.batch_size, a.clock) < std::tie(b.batch_size, b.clock);
}
bool ByClock(const CurvePoint& a, const CurvePoint& b) {
  return std::tie(a.clock, a.batch_size) < std::tie(b.clock, b.batch_size);
}

Status CheckNoDuplicates(std::span<const CurvePoint> points, std::span<const base::NumberRow> rows,
                         std::string_view file) {
  std::set<std::pair<int, double>> seen;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& point = points[i];
    if (seen.emplace(point.batch_size.value(), point.clock.value()).second) continue;
    return Invalid(file, rows[i].line,
                   fmt::format("duplicate: batch {} at {} MHz stands above already",
                               point.batch_size.value(), point.clock.value()));
  }
  return {};
}

Status CheckSorted(std::span<const CurvePoint> points, std::span<const base::NumberRow> rows,
                   std::string_view file) {
  const auto by_batch = std::is_sorted_until(points.begin(), points.end(), ByBatch);
  const auto by_clock = std::is_sorted_until(points.begin(), points.end(), ByClock);
  if (by_batch == points.end() || by_clock == points.end()) return {};
  const auto first_wrong = std::max(by_batch, by_clock);
  return Invalid(file, rows[static_cast<std::size_t>(first_wrong - points.begin())].line,
                 "unsorted: rows must ascend by batch then clock, or by clock then batch");
}

Status CheckFullGrid(std::span<const CurvePoint> points, std::string_view file) {
  std::set<int> batches;
  std::set<double> clocks;
  std::set<std::pair<int, double>> there;
  for (const auto& point : points) {
    batches.insert(point.batch_size.value());
    clocks.insert(point.clock.value());
    there.emplace(point.batch_size.value(), point.clock.value());
  }
  for (const int batch : batches) {
    for (const double clock : clocks) {
      if (there.contains({batch, clock})) continue;
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("{}: missing: no row for batch {} at {} MHz; every batch size "
                                   "needs a row at every clock",
                                   file, batch, clock));
    }
  }
  return {};
}

// x in [a, b]: linear between (a, fa) and (b, fb).
double Interpolate(double x, double a, double fa, double b, double fb) {
  return a == b ? fa : fa + (fb - fa) * (x - a) / (b - a);
}

}  // namespace

Result<Curve> Curve::Parse(std::string_view text, std::string_view file_name) {
  const auto rows = base::ParseNumberCsv(text, file_name, kColumns);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<CurvePoint> points;
  for (const auto& row : *rows) {
    if (const auto wrong = WrongWith(row); !wrong.empty()) {
      return Invalid(file_name, row.line, wrong);
    }
    points.push_back(ToPoint(row));
  }
  if (auto ok = CheckNoDuplicates(points, *rows, file_name); !ok) return tl::unexpected(ok.error());
  if (auto ok = CheckSorted(points, *rows, file_name); !ok) return tl::unexpected(ok.error());
  if (auto ok = CheckFullGrid(points, file_name); !ok) return tl::unexpected(ok.error());
  return FromGrid(std::move(points));
}

Result<Curve> Curve::Read(const std::string& path) {
  const auto text = base::ReadFile(path);
  if (!text) return tl::unexpected(text.error());
  return Parse(*text, path);
}

Curve Curve::FromGrid(std::vector<CurvePoint> points) {
  std::sort(points.begin(), points.end(), ByClock);
  return Curve(std::move(points));
}

Curve::Curve(std::vector<CurvePoint> grid) : grid_(std::move(grid)) {
  highest_power_ = lowest_power_ = grid_.front().power;
  for (const auto& point : grid_) {
    if (point.clock == grid_.front().clock) batch_sizes_.push_back(point.batch_size);
    if (point.batch_size == grid_.front().batch_size) clocks_.push_back(point.clock);
    highest_power_ = std::max(highest_power_, point.power);
    lowest_power_ = std::min(lowest_power_, point.power);
  }
}

CurvePoint Curve::At(BatchSize batch_size, Megahertz clock) const {
  const auto column = std::lower_bound(clocks_.begin(), clocks_.end(), clock) - clocks_.begin();
  const auto upper = std::lower_bound(batch_sizes_.begin(), batch_sizes_.end(), batch_size);
  const auto row = upper - batch_sizes_.begin();
  const auto at =
      static_cast<std::size_t>(column) * batch_sizes_.size() + static_cast<std::size_t>(row);
  const CurvePoint& high = grid_[at];
  if (high.batch_size == batch_size) return high;
  const CurvePoint& low = grid_[at - 1];
  const double x = batch_size.value();
  const double a = low.batch_size.value();
  const double b = high.batch_size.value();
  return {batch_size, clock,
          ImagesPerSecond(Interpolate(x, a, low.throughput.value(), b, high.throughput.value())),
          Watts(Interpolate(x, a, low.power.value(), b, high.power.value()))};
}

std::string Curve::ToCsv(std::string_view comment) const {
  std::string csv = fmt::format("# {}\n{}\n", comment, fmt::join(kColumns, ","));
  for (const auto& point : grid_) {
    fmt::format_to(std::back_inserter(csv), "{},{:.10g},{:.4f},{:.3f}\n", point.batch_size.value(),
                   point.clock.value(), point.throughput.value(), point.power.value());
  }
  return csv;
}

std::vector<CurvePoint> PointsOf(const Curve& curve, std::span<const BatchSize> batch_sizes,
                                 std::span<const Megahertz> clocks) {
  std::vector<CurvePoint> points;
  points.reserve(batch_sizes.size() * clocks.size());
  for (const Megahertz clock : clocks) {
    for (const BatchSize size : batch_sizes) points.push_back(curve.At(size, clock));
  }
  return points;
}

std::vector<BatchSize> AllBatchSizes(const Curve& curve) {
  std::vector<BatchSize> sizes;
  for (int size = curve.smallest().value(); size <= curve.largest().value(); ++size) {
    sizes.emplace_back(size);
  }
  return sizes;
}

std::vector<BatchSize> DefaultBatchSizes(BatchSize smallest, BatchSize largest) {
  std::vector<BatchSize> sizes;
  for (int size = 1; size <= largest.value(); size *= 2) {
    if (size >= smallest.value()) sizes.emplace_back(size);
  }
  if (sizes.empty() || sizes.back() != largest) sizes.push_back(largest);
  return sizes;
}

}  // namespace batchsizer::sim
