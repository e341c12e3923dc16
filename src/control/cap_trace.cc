#include "control/cap_trace.h"

#include <fmt/format.h>

#include <array>

#include "base/csv.h"
#include "base/text.h"

namespace batchsizer::control {
namespace {

constexpr std::array<std::string_view, 2> kColumns{"time_s", "power_cap_w"};
constexpr double kLongestS = 1e9;  // what nanoseconds in 64 bits hold, with room to spare

// What is wrong with a row, given the one before it; empty when nothing is.
std::string WrongWith(const base::NumberRow& row, const base::NumberRow* before) {
  const double time_s = row.cells[0];
  const double cap_w = row.cells[1];
  if (!(cap_w > 0)) return fmt::format("power_cap_w: {} is not a cap; it must be above 0", cap_w);
  if (time_s > kLongestS) return fmt::format("time_s: {} is beyond {} s", time_s, kLongestS);
  if (before == nullptr && time_s != 0) {
    return fmt::format(
        "time_s: the first row is at {}; it must be at 0, so that there is a cap "
        "from the start",
        time_s);
  }
  if (before != nullptr && (time_s < 0 || !(FromSeconds(time_s) > FromSeconds(before->cells[0])))) {
    return fmt::format("time_s: {} is not after {}; times must ascend, by a nanosecond or more",
                       time_s, before->cells[0]);
  }
  return {};
}

}  // namespace

Result<std::vector<SteppedCap::Step>> ParseCapTrace(std::string_view text,
                                                    std::string_view file_name) {
  const auto rows = base::ParseNumberCsv(text, file_name, kColumns);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<SteppedCap::Step> steps;
  const base::NumberRow* before = nullptr;
  for (const auto& row : *rows) {
    if (const auto wrong = WrongWith(row, before); !wrong.empty()) {
      return MakeError(ErrorCode::kInvalidInput,
                       fmt::format("{}:{}: {}", file_name, row.line, wrong));
    }
    steps.push_back({FromSeconds(row.cells[0]), Watts(row.cells[1])});
    before = &row;
  }
  return steps;
}

Result<std::vector<SteppedCap::Step>> ReadCapTrace(const std::string& path) {
  const auto text = base::ReadFile(path);
  if (!text) return tl::unexpected(text.error());
  return ParseCapTrace(*text, path);
}

}  // namespace batchsizer::control
