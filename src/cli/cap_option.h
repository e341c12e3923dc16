// --power-cap: a number of watts, a percentage of the device's maximum, or a
// trace file.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "batchsizer/power_cap.h"

namespace batchsizer::cli {

// The cap over time that a text asks for; a fixed cap is one step from 0 on.
// max_power: of the device, where known. Errors: kInvalidInput, kUnsupported;
// those of the trace file.
[[nodiscard]] Result<std::vector<SteppedCap::Step>> ParsePowerCap(const std::string& text,
                                                                  std::optional<Watts> max_power);

}  // namespace batchsizer::cli
