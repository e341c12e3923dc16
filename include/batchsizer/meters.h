// The power meters that come with the library, by name.
#pragma once

#include <memory>
#include <string_view>

#include "batchsizer/clock.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/result.h"

namespace batchsizer {

// spec: auto, rapl, hwmon[:CHIP[/LABEL]], estimate[:IDLE_W,MAX_W], replay:FILE,
// replay-loop:FILE (docs/meters.md). The sensor is asked when Drain is called.
// The clock is borrowed and must outlive the meter.
// Errors: kInvalidInput for a spec that is none of these; kUnavailable,
// kPermissionDenied with what is missing and how to get it.
[[nodiscard]] Result<std::unique_ptr<PowerMeter>> OpenPowerMeter(std::string_view spec,
                                                                 const Clock& clock);

// The same meter, asked by a thread of its own at the sensor's pace, so that a
// spike in the middle of a long batch is seen. REQUIRES: meter->Info().period > 0.
[[nodiscard]] std::unique_ptr<PowerMeter> SampleInBackground(std::unique_ptr<PowerMeter> meter);

}  // namespace batchsizer
