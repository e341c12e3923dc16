#include "flow/result/csv_text.h"

#include <fmt/format.h>

#include <iterator>

#include "base/utf8.h"

namespace batchsizer::flow {
namespace {

// Takes a cell in quotes off the front of rest; false when its end is missing.
bool TakeQuoted(std::string_view& rest, std::string& cell) {
  rest.remove_prefix(1);
  while (true) {
    const auto quote = rest.find('"');
    if (quote == std::string_view::npos) return false;
    cell += rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) return true;
    cell += '"';
    rest.remove_prefix(1);
  }
}

}  // namespace

std::string CsvHeader(int top) {
  std::string header = "image,error,batch_size,batch";
  for (int i = 1; i <= top; ++i) {
    fmt::format_to(std::back_inserter(header), ",class{},score{}", i, i);
  }
  return header;
}

void AppendCsvCell(std::string& out, std::string_view text) {
  // A blank at an end would be lost to readers that trim.
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos ||
                      text.starts_with(' ') || text.ends_with(' ');
  if (quoted) out += '"';
  while (!text.empty()) {
    const std::size_t length = base::Utf8Length(text);
    if (length == 0 || text.front() == '\0') {
      out += "\xEF\xBF\xBD";
    } else {
      if (text.front() == '"') out += '"';
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  if (quoted) out += '"';
}

bool ParseCsvRecord(std::string_view record, std::vector<std::string>& out) {
  out.clear();
  while (true) {
    std::string& cell = out.emplace_back();
    if (record.starts_with('"')) {
      if (!TakeQuoted(record, cell)) return false;
    } else {
      cell = record.substr(0, record.find(','));
      record.remove_prefix(cell.size());
      if (cell.find_first_of("\"\r\n") != std::string::npos) return false;
    }
    if (record.empty()) return true;
    if (!record.starts_with(',')) return false;
    record.remove_prefix(1);
  }
}

}  // namespace batchsizer::flow
