// The charts of the live view, with their axes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "cli/view/panels.h"
#include "cli/view/words.h"

namespace batchsizer::cli::view {
namespace {

constexpr int kLabel = 1;
constexpr int kLabelEnd = 12;  // of the labels left of a chart
constexpr int kAxis = 13;
constexpr int kChart = 14;  // the first column of a chart

void PutPowerAxis(Grid& grid, const Box& box, double watts_a_row, const Model& model) {
  const int step = box.rows > 12 ? 3 : 2;
  const int cap_row = model.last ? RowOf(model.last->cap.value(), watts_a_row) : -1;
  for (int row = 0; row < box.rows; ++row) {
    const int at = box.row + box.rows - 1 - row;
    grid.Put(at, kAxis, grid.unicode() ? U'│' : U'|', Style::kFaint);
    if (row == cap_row) {
      grid.PutRight(at, kLabelEnd, fmt::format("cap {:.4g} W", model.last->cap.value()),
                    Style::kCap);
    } else if (row % step == 0) {
      grid.PutRight(at, kLabelEnd, fmt::format("{:.4g} W", row * watts_a_row), Style::kFaint);
    }
  }
}

void PutTimeAxis(Grid& grid, int row, int columns, double span_s) {
  const char32_t line = grid.unicode() ? U'─' : U'-';
  grid.Put(row, kAxis, grid.unicode() ? U'└' : U'+', Style::kFaint);
  for (int at = 0; at < columns; ++at) grid.Put(row, kChart + at, line, Style::kFaint);
  grid.Put(row, kChart, fmt::format("-{} ", SpanText(span_s)), Style::kFaint);
  if (columns >= 40) {
    const std::string half = fmt::format(" -{} ", SpanText(span_s / 2));
    grid.PutRight(row, kChart + (columns + ColumnsOf(half)) / 2, half, Style::kFaint);
  }
  grid.PutRight(row, kChart + columns, " now", Style::kFaint);
}

using Values = std::vector<std::optional<double>>;

// Doubling is one step of the same height everywhere.
Values BatchSizes(const std::vector<Slice>& slices) {
  int largest = 1;
  for (const Slice& slice : slices) largest = std::max(largest, slice.batch_size);
  const double whole = 1 + std::log2(largest);
  Values values(slices.size());
  for (std::size_t at = 0; at < slices.size(); ++at) {
    if (slices[at].seconds > 0) values[at] = (1 + std::log2(slices[at].batch_size)) / whole;
  }
  return values;
}

Values Speeds(const std::vector<Slice>& slices) {
  Values values(slices.size());
  double highest = 0;
  for (std::size_t at = 0; at < slices.size(); ++at) {
    if (slices[at].seconds <= 0) continue;
    values[at] = slices[at].images / slices[at].seconds;
    highest = std::max(highest, *values[at]);
  }
  for (auto& value : values) {
    if (value) *value = highest > 0 ? *value / highest : 0.0;
  }
  return values;
}

struct SmallChart {
  std::string name;
  std::string value;  // the present one
  Values values;
  Style style = Style::kPlain;
};

void PutSmallChart(Grid& grid, int row, int rows, const SmallChart& chart) {
  const int last = row + rows - 1;
  if (rows > 1 || ColumnsOf(chart.name) + ColumnsOf(chart.value) < kLabelEnd - kLabel) {
    grid.Put(row, kLabel, chart.name, Style::kFaint);
  }
  grid.PutRight(last, kLabelEnd, chart.value, Style::kStrong);
  for (int at = row; at <= last; ++at) {
    grid.Put(at, kAxis, grid.unicode() ? U'│' : U'|', Style::kFaint);
  }
  DrawArea(grid, {row, kChart, rows, static_cast<int>(chart.values.size())}, chart.values,
           chart.style);
}

}  // namespace

int PutCharts(Grid& grid, int row, const Rows& rows, const Model& model) {
  const int columns = std::max(0, grid.width() - kChart - 1);
  const double span_s = model.history.SpanS();
  const auto slices = model.history.ToColumns(static_cast<std::size_t>(columns), span_s);
  if (rows.chart > 0) {
    const Box box{row, kChart, rows.chart, columns};
    const double watts_a_row = WattsARow(slices, rows.chart);
    if (model.last) PutPowerAxis(grid, box, watts_a_row, model);
    DrawPower(grid, box, slices, watts_a_row);
    row += rows.chart;
    PutTimeAxis(grid, row++, columns, span_s);
  }
  if (rows.batch > 0) {
    const int size = model.last ? model.last->setting.batch_size.value() : 0;
    PutSmallChart(grid, row, rows.batch,
                  {"batch", size > 0 ? Grouped(size) : "", BatchSizes(slices), Style::kBatch});
  }
  row += rows.batch;
  if (rows.speed > 0) {
    const auto value = model.last ? RateText(model.last->throughput.value()) : "";
    PutSmallChart(grid, row, rows.speed, {"img/s", value, Speeds(slices), Style::kSpeed});
  }
  return row + rows.speed;
}

}  // namespace batchsizer::cli::view
