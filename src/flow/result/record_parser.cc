#include "flow/result/record_parser.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "flow/result/csv_text.h"

namespace batchsizer::flow {
namespace {

constexpr std::string_view kJsonStart = R"({"image":")";
constexpr std::string_view kBatch = R"("batch":)";

// What this program wrote, read at the speed of memory; false: it is another spelling
// of a record, or none.
bool ParseQuickly(std::string_view line, ParsedRecord& out) {
  if (!line.starts_with(kJsonStart)) return false;
  line.remove_prefix(kJsonStart.size());
  const auto end = line.find_first_of("\"\\");
  if (end == std::string_view::npos || line[end] == '\\') return false;
  out.image = line.substr(0, end);
  out.batch = -1;
  const std::string_view rest = line.substr(end + 1);
  if (rest.starts_with(R"(,"error":")")) return rest.ends_with("\"}");
  const auto batch = rest.rfind(kBatch);
  if (!rest.starts_with(R"(,"top":[)") || batch == std::string_view::npos) return false;
  const std::string_view number = rest.substr(batch + kBatch.size());
  return std::from_chars(number.data(), number.data() + number.size(), out.batch).ptr ==
             number.data() + number.size() - 1 &&
         number.ends_with('}');
}

bool ParseJson(std::string_view line, ParsedRecord& out) {
  const auto object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
  const bool ours = object.is_object() && object.contains("image") && object["image"].is_string() &&
                    (object.contains("top") || object.contains("error"));
  if (!ours) return false;
  out.image = object["image"].get_ref<const std::string&>();
  out.batch = -1;
  if (object.contains("batch") && object["batch"].is_number_integer()) {
    out.batch = object["batch"].get<std::int64_t>();
  }
  return true;
}

}  // namespace

RecordParser::RecordParser(ResultFormat format, int top)
    : format_(format), header_(format == ResultFormat::kCsv ? CsvHeader(top) : std::string()) {}

std::size_t RecordParser::Length(std::string_view text, std::size_t from) {
  if (from == 0) in_quotes_ = false;
  if (format_ == ResultFormat::kJsonl) {
    const auto end = text.find('\n', from);
    return end == std::string_view::npos ? 0 : end + 1;
  }
  for (auto at = text.find_first_of("\"\n", from); at != std::string_view::npos;
       at = text.find_first_of("\"\n", at + 1)) {
    if (text[at] == '"') {
      in_quotes_ = !in_quotes_;
    } else if (!in_quotes_) {
      return at + 1;
    }
  }
  return 0;
}

bool RecordParser::Parse(std::string_view record, bool known, ParsedRecord& out) {
  if (format_ == ResultFormat::kCsv) return ParseCsv(record, out);
  return (known && ParseQuickly(record, out)) || ParseJson(record, out);
}

// A result has a batch and no error; a failure the other way round.
bool RecordParser::ParseCsv(std::string_view record, ParsedRecord& out) {
  const bool torn = record.find('\0') != std::string_view::npos;
  if (torn || !ParseCsvRecord(record, cells_)) return false;
  const auto columns = static_cast<std::size_t>(std::count(header_.begin(), header_.end(), ','));
  if (cells_.size() != columns + 1 || cells_[0].empty()) return false;
  out.image = cells_[0];
  out.batch = -1;
  if (cells_[2].empty() && cells_[3].empty()) return !cells_[1].empty();
  const auto batch = base::ParseInteger(cells_[3]);
  if (!batch || !base::ParseInteger(cells_[2]) || !cells_[1].empty()) return false;
  out.batch = *batch;
  return true;
}

bool RecordParser::CouldBeTorn(std::string_view text, bool first) const {
  text = text.substr(0, text.find('\0'));
  const std::string_view start = format_ == ResultFormat::kJsonl ? kJsonStart
                                 : first                         ? std::string_view(header_)
                                                                 : std::string_view();
  const std::size_t common = std::min(text.size(), start.size());
  return text.substr(0, common) == start.substr(0, common);
}

}  // namespace batchsizer::flow
