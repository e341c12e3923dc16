#include "flow/result/record_text.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <iterator>

#include "flow/result/csv_text.h"
#include "flow/result/json_text.h"

namespace batchsizer::flow {

std::string RecordText::Header() const {
  if (format_ == ResultFormat::kJsonl) return {};
  return CsvHeader(top_) + '\n';
}

std::string_view RecordText::OfResult(std::string_view image, std::span<const float> scores,
                                      int batch_size, std::int64_t batch) {
  text_.clear();
  if (format_ == ResultFormat::kJsonl) {
    WriteJson(image, scores, batch_size, batch);
  } else {
    WriteCsv(image, scores, batch_size, batch);
  }
  return text_;
}

void RecordText::WriteJson(std::string_view image, std::span<const float> scores, int batch_size,
                           std::int64_t batch) {
  const auto out = std::back_inserter(text_);
  text_ += R"({"image":)";
  AppendJsonString(text_, image);
  text_ += R"(,"top":[)";
  const char* separator = "";
  for (const int index : classes_.Of(scores, top_)) {
    const float score = scores[static_cast<std::size_t>(index)];
    fmt::format_to(out, "{}{{\"class\":{},\"score\":", separator, index);
    separator = ",";
    // JSON has no word for a score that is not a number.
    if (std::isfinite(score)) {
      fmt::format_to(out, "{}}}", score);
    } else {
      text_ += "null}";
    }
  }
  fmt::format_to(out, "],\"batch_size\":{},\"batch\":{}}}\n", batch_size, batch);
}

void RecordText::WriteCsv(std::string_view image, std::span<const float> scores, int batch_size,
                          std::int64_t batch) {
  const auto out = std::back_inserter(text_);
  AppendCsvCell(text_, image);
  fmt::format_to(out, ",,{},{}", batch_size, batch);
  const auto top = classes_.Of(scores, top_);
  for (const int index : top) {
    const float score = scores[static_cast<std::size_t>(index)];
    fmt::format_to(out, ",{},", index);
    if (std::isfinite(score)) fmt::format_to(out, "{}", score);
  }
  text_.append(2 * (static_cast<std::size_t>(top_) - top.size()), ',');
  text_ += '\n';
}

std::string_view RecordText::OfFailure(std::string_view image, std::string_view error) {
  text_.clear();
  if (format_ == ResultFormat::kJsonl) {
    text_ += R"({"image":)";
    AppendJsonString(text_, image);
    text_ += R"(,"error":)";
    AppendJsonString(text_, error);
    text_ += "}\n";
    return text_;
  }
  AppendCsvCell(text_, image);
  text_ += ',';
  AppendCsvCell(text_, error.empty() ? "failed" : error);  // an empty cell means a result
  text_.append(2 + 2 * static_cast<std::size_t>(top_), ',');
  text_ += '\n';
  return text_;
}

}  // namespace batchsizer::flow
