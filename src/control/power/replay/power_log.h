// A recorded power log: a CSV file with the header `time_s,power_w`.
//
// time_s counts seconds from the start of the recording, >= 0, never going back.
// power_w is what the sensor said, broken or not: a number, or one of nan, inf,
// -inf (any case). Lines that start with # are comments; blank lines are
// skipped.
//
// Errors: kInvalidInput naming the line and the field; those of base::ReadFile.
// Thread safety: plain values and free functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"
#include "batchsizer/units.h"

namespace batchsizer::power {

struct LoggedPower {
  Duration time;  // since the start of the log
  Watts power;
};

// name stands in messages for where content comes from. Never returns an empty log.
[[nodiscard]] Result<std::vector<LoggedPower>> ParsePowerLog(std::string_view content,
                                                             std::string_view name);
[[nodiscard]] Result<std::vector<LoggedPower>> ReadPowerLog(const std::string& path);

}  // namespace batchsizer::power
