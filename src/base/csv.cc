#include "base/csv.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

#include "base/text.h"

namespace batchsizer::base {
namespace {

tl::unexpected<Error> Invalid(std::string_view file, int line, std::string_view what) {
  return MakeError(ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", file, line, what));
}

Status CheckHeader(std::string_view line, std::string_view file, int number,
                   std::span<const std::string_view> columns) {
  const std::string expected = fmt::format("{}", fmt::join(columns, ","));
  const auto names = Split(line, ',');
  bool same = names.size() == columns.size();
  for (std::size_t i = 0; same && i < names.size(); ++i) same = Trim(names[i]) == columns[i];
  if (same) return {};
  // A file of another kind may have a "line" of megabytes.
  constexpr std::size_t kShown = 80;
  return Invalid(file, number,
                 fmt::format("the header is '{}{}'; it must be '{}'", line.substr(0, kShown),
                             line.size() > kShown ? "..." : "", expected));
}

std::optional<double> ParseCell(std::string_view cell, bool may_be_nan) {
  if (const auto number = ParseNumber(cell)) return number;
  const std::string_view word = Trim(cell);
  if (may_be_nan && word == "nan") return std::nan("");
  if (may_be_nan && word == "inf") return std::numeric_limits<double>::infinity();
  return std::nullopt;
}

Result<NumberRow> ParseRow(std::string_view line, std::string_view file, int number,
                           std::span<const std::string_view> columns, std::string_view may_be_nan) {
  const auto cells = Split(line, ',');
  if (cells.size() != columns.size()) {
    return Invalid(file, number,
                   fmt::format("{} cells; {} are needed: {}", cells.size(), columns.size(),
                               fmt::join(columns, ",")));
  }
  NumberRow row{number, {}};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto value = ParseCell(cells[i], columns[i] == may_be_nan);
    if (!value && Trim(cells[i]).empty()) {
      return Invalid(file, number,
                     fmt::format("{}: the cell is empty; a number is needed", columns[i]));
    }
    if (!value) {
      return Invalid(file, number,
                     fmt::format("{}: '{}' is not a number", columns[i], Trim(cells[i])));
    }
    row.cells.push_back(*value);
  }
  return row;
}

}  // namespace

Result<std::vector<NumberRow>> ParseNumberCsv(std::string_view text, std::string_view file_name,
                                              std::span<const std::string_view> columns,
                                              std::string_view may_be_nan) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<NumberRow> rows;
  bool header_seen = false;
  int number = 0;
  for (const auto raw : Split(text, '\n')) {
    ++number;
    const auto line = Trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    if (!header_seen) {
      if (auto ok = CheckHeader(line, file_name, number, columns); !ok) {
        return tl::unexpected(ok.error());
      }
      header_seen = true;
      continue;
    }
    auto row = ParseRow(line, file_name, number, columns, may_be_nan);
    if (!row) return tl::unexpected(row.error());
    rows.push_back(std::move(*row));
  }
  if (rows.empty()) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: the table is empty; a header '{}' and at least one row are "
                                 "needed",
                                 file_name, fmt::join(columns, ",")));
  }
  return rows;
}

}  // namespace batchsizer::base
