#include "control/power/replay/power_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <optional>

#include "base/text.h"

namespace batchsizer::power {
namespace {

constexpr std::string_view kHeader = "time_s,power_w";
constexpr double kLongestLogSeconds = 1e9;  // 31 years: beyond this it is a calendar time

tl::unexpected<Error> ErrorAt(std::string_view name, std::size_t line, std::string_view what) {
  return MakeError(ErrorCode::kInvalidInput, fmt::format("{}:{}: {}", name, line, what));
}

// Also the words of a broken sensor, which no other number of ours may be.
std::optional<Watts> ParsePower(std::string_view cell) {
  if (const auto number = base::ParseNumber(cell)) return Watts(*number);
  std::string word(base::Trim(cell));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (word == "nan") return Watts(std::numeric_limits<double>::quiet_NaN());
  if (word == "inf") return Watts(std::numeric_limits<double>::infinity());
  if (word == "-inf") return Watts(-std::numeric_limits<double>::infinity());
  return std::nullopt;
}

std::optional<Duration> ParseTime(std::string_view cell) {
  const auto seconds = base::ParseNumber(cell);
  if (!seconds || *seconds < 0 || *seconds > kLongestLogSeconds) return std::nullopt;
  return FromSeconds(*seconds);
}

Result<LoggedPower> ParseRow(std::string_view row, std::string_view name, std::size_t line) {
  const auto cells = base::Split(row, ',');
  if (cells.size() != 2) {
    return ErrorAt(name, line, fmt::format("{} cells, 2 are needed ({})", cells.size(), kHeader));
  }
  const auto time = ParseTime(cells[0]);
  if (!time) {
    return ErrorAt(name, line,
                   fmt::format("time_s is '{}'; seconds since the start of the log are needed "
                               "(0 to 1e9)",
                               base::Trim(cells[0])));
  }
  const auto power = ParsePower(cells[1]);
  if (!power) {
    return ErrorAt(name, line,
                   fmt::format("power_w is '{}'; a number is needed, or nan, inf, -inf",
                               base::Trim(cells[1])));
  }
  return LoggedPower{*time, *power};
}

Status CheckHeader(std::string_view row, std::string_view name, std::size_t line) {
  if (row == kHeader) return {};
  return ErrorAt(name, line, fmt::format("the header is '{}'; '{}' is needed", row, kHeader));
}

Status AppendRow(std::string_view row, std::string_view name, std::size_t line,
                 std::vector<LoggedPower>& log) {
  const auto reading = ParseRow(row, name, line);
  if (!reading) return tl::unexpected<Error>(reading.error());
  if (!log.empty() && reading->time < log.back().time) {
    return ErrorAt(name, line,
                   fmt::format("time_s goes back from {} to {}; it must not",
                               ToSeconds(log.back().time), ToSeconds(reading->time)));
  }
  log.push_back(*reading);
  return {};
}

}  // namespace

Result<std::vector<LoggedPower>> ParsePowerLog(std::string_view content, std::string_view name) {
  std::vector<LoggedPower> log;
  bool header_seen = false;
  std::size_t line = 0;
  for (const std::string_view raw : base::Split(content, '\n')) {
    ++line;
    const std::string_view row = base::Trim(raw);
    if (row.empty() || row.starts_with('#')) continue;
    const Status status =
        header_seen ? AppendRow(row, name, line, log) : CheckHeader(row, name, line);
    if (!status) return tl::unexpected<Error>(status.error());
    header_seen = true;
  }
  if (log.empty()) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: holds no readings; the header '{}' and at least one row are "
                                 "needed",
                                 name, kHeader));
  }
  return log;
}

Result<std::vector<LoggedPower>> ReadPowerLog(const std::string& path) {
  const auto content = base::ReadFile(path);
  if (!content) return tl::unexpected<Error>(content.error());
  return ParsePowerLog(*content, path);
}

}  // namespace batchsizer::power
