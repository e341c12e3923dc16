#include "record/report/figure_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include "base/utf8.h"
#include "record/report/panel_layout.h"

namespace batchsizer::record {
namespace {

// A cell as RFC 4180 has it.
std::string Quoted(std::string_view text) {
  std::string valid = base::ToValidUtf8(text);
  const bool plain = valid.find_first_of(",\"\r\n") == std::string::npos &&
                     !valid.starts_with(' ') && !valid.ends_with(' ');
  if (plain) return valid;
  std::string cell = "\"";
  for (const char c : valid) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

// As short as gives the same to nine digits; nothing for what is not known.
std::string Number(double value) {
  return std::isfinite(value) ? fmt::format("{:.9g}", value) : std::string();
}

struct OptionalColumns {
  bool whiskers = false;
  bool notes = false;
};

// The rows of a figure, one after the other.
class Rows {
 public:
  Rows(const Figure& figure, OptionalColumns columns) : figure_(figure), columns_(columns) {}

  void AddPanel(std::size_t index) {
    panel_ = &figure_.panels[index];
    title_ = Quoted(panel_->title.empty() ? fmt::format("{}", index + 1) : panel_->title);
    x_axis_ = Quoted(AxisTitle(panel_->x));
    for (const auto& series : panel_->series) AddSeries(series);
    for (const auto& line : panel_->references) AddReference(line);
    for (const auto& band : panel_->bands) AddBand(band);
    for (const auto& note : panel_->annotations) {
      Add("annotation", Number(note.x), note.y, kNoValue, kNoValue, note.on_second_axis, note.text);
    }
  }

  [[nodiscard]] std::string Take() { return std::move(csv_); }

 private:
  void AddSeries(const Series& series) {
    const auto at = [](const std::vector<double>& values, std::size_t i) {
      return i < values.size() ? values[i] : kNoValue;
    };
    for (std::size_t i = 0; i < series.y.size(); ++i) {
      const std::string x = panel_->categories.empty()      ? Number(at(series.x, i))
                            : i < panel_->categories.size() ? Quoted(panel_->categories[i])
                                                            : std::string();
      Add(series.name, x, series.y[i], at(series.low, i), at(series.high, i),
          series.on_second_axis);
    }
  }

  void AddReference(const ReferenceLine& line) {
    const bool vertical = line.direction == ReferenceLine::Direction::kVertical;
    for (std::size_t i = 0; i < line.y.size(); ++i) {
      if (vertical) {
        Add(line.name, Number(line.y[i]), kNoValue, kNoValue, kNoValue, false);
      } else {
        const std::string x = i < line.x.size() ? Number(line.x[i]) : std::string();
        Add(line.name, x, line.y[i], kNoValue, kNoValue, line.on_second_axis);
      }
    }
  }

  void AddBand(const Band& band) {
    for (std::size_t i = 0; i < std::min(band.low.size(), band.high.size()); ++i) {
      const std::string x = i < band.x.size() ? Number(band.x[i]) : std::string();
      Add(band.name, x, kNoValue, band.low[i], band.high[i], false);
    }
  }

  void Add(std::string_view series, const std::string& x, double y, double low, double high,
           bool second, std::string_view note = {}) {
    const Axis& axis = second && panel_->second ? *panel_->second : panel_->y;
    auto out = std::back_inserter(csv_);
    fmt::format_to(out, "{},{},{},{}", title_, Quoted(series), x, Number(y));
    if (columns_.whiskers) fmt::format_to(out, ",{},{}", Number(low), Number(high));
    fmt::format_to(out, ",{},{}", x_axis_, Quoted(AxisTitle(axis)));
    if (columns_.notes) fmt::format_to(out, ",{}", Quoted(note));
    csv_ += '\n';
  }

  const Figure& figure_;
  OptionalColumns columns_;
  const Panel* panel_ = nullptr;
  std::string title_;
  std::string x_axis_;
  std::string csv_;
};

OptionalColumns ColumnsOf(const Figure& figure) {
  OptionalColumns columns;
  for (const auto& panel : figure.panels) {
    columns.whiskers |= !panel.bands.empty();
    for (const auto& series : panel.series) columns.whiskers |= !series.low.empty();
    columns.notes |= !panel.annotations.empty();
  }
  return columns;
}

std::string CellText(const TableCell& cell) {
  if (const auto* number = std::get_if<double>(&cell.value)) return Number(*number);
  if (const auto* text = std::get_if<std::string>(&cell.value)) return Quoted(*text);
  return "";
}

}  // namespace

std::string FigureToCsv(const Figure& figure) {
  const OptionalColumns columns = ColumnsOf(figure);
  std::string csv = "panel,series,x,y";
  if (columns.whiskers) csv += ",low,high";
  csv += ",x_axis,y_axis";
  if (columns.notes) csv += ",note";
  csv += '\n';
  Rows rows(figure, columns);
  for (std::size_t i = 0; i < figure.panels.size(); ++i) rows.AddPanel(i);
  return csv + rows.Take();
}

std::string TableToCsv(const Table& table) {
  std::string csv;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    const std::string unit = column.unit.empty() ? "" : " (" + column.unit + ")";
    if (i > 0) csv += ',';
    csv += Quoted(column.header + unit);
  }
  csv += '\n';
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) csv += ',';
      csv += CellText(row[i]);
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace batchsizer::record
