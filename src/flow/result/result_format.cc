#include "flow/result/result_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace batchsizer::flow {
namespace {

bool EndsWith(const std::string& path, std::string_view ending) {
  if (path.size() < ending.size()) return false;
  return std::equal(ending.rbegin(), ending.rend(), path.rbegin(), [](char a, char b) {
    return a == std::tolower(static_cast<unsigned char>(b));
  });
}

}  // namespace

std::string_view ToString(ResultFormat format) {
  return format == ResultFormat::kCsv ? "csv" : "jsonl";
}

Result<ResultFormat> ChooseResultFormat(std::string_view name, const std::string& path) {
  if (name == "jsonl") return ResultFormat::kJsonl;
  if (name == "csv") return ResultFormat::kCsv;
  if (name == "parquet" || (name.empty() && EndsWith(path, ".parquet"))) {
    return MakeError(ErrorCode::kUnsupported,
                     "Parquet is not written here; write a .csv or .jsonl file and convert it, as "
                     "with DuckDB: duckdb -c \"COPY (SELECT * FROM 'results.jsonl') TO "
                     "'results.parquet'\"");
  }
  if (!name.empty()) {
    return MakeError(ErrorCode::kInvalidInput, fmt::format("'{}' is not jsonl or csv", name));
  }
  return EndsWith(path, ".csv") ? ResultFormat::kCsv : ResultFormat::kJsonl;
}

}  // namespace batchsizer::flow
