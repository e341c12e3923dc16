// A meter that plays a recorded power log (power_log.h) against a clock: the
// same log and the same clock give the same readings, which makes a controller's
// behaviour on a real recording repeatable.
//
// Time 0 of the log is the moment of opening. Drain hands out every reading
// whose time has come, none before, none twice, however late it is called. After
// the last row there are no more readings (the sensor guard will call the meter
// silent), unless it loops: then the log starts over one period after its last
// row.
//
// The period is the median interval between rows; zero for a single row.
// Thread safety: one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "batchsizer/clock.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/result.h"
#include "control/power/replay/power_log.h"

namespace batchsizer::power {

struct ReplayOptions {
  bool loop = false;
};

// The clock must outlive the meter. The name becomes "replay:" + name.
// Errors: kInvalidInput (an empty log; a loop that would take no time).
[[nodiscard]] Result<std::unique_ptr<PowerMeter>> MakeReplay(const Clock& clock,
                                                             std::vector<LoggedPower> log,
                                                             const std::string& name,
                                                             const ReplayOptions& options = {});

// The same from a file. Errors: also those of ReadPowerLog.
[[nodiscard]] Result<std::unique_ptr<PowerMeter>> OpenReplay(const Clock& clock,
                                                             const std::string& path,
                                                             const ReplayOptions& options = {});

}  // namespace batchsizer::power
