// A meter on a sensor chip that Linux shows under hwmon: a GPU's (amdgpu), a
// Jetson board's (ina3221), a server's own (power_meter), and others; chips.h
// says which files are read.
//
// Period, 100 ms by default: a driver asks firmware or a serial bus, which can
// take milliseconds; ten times a second costs little and still gives several
// readings a window. Where the driver averages over a stated longer interval,
// that is the period.
//
// When something is wrong: a file that cannot be read gives no reading; content
// that is not a number gives a NaN reading, which the sensor guard judges. Volts
// and amperes are read one after the other: a fast change between the two shows
// as a reading slightly off.
//
// Thread safety: one thread at a time.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "batchsizer/clock.h"
#include "batchsizer/power_meter.h"
#include "batchsizer/result.h"
#include "control/power/hwmon/chips.h"
#include "control/power/sysfs.h"

namespace batchsizer::power {

struct HwmonOptions {
  std::string root = "/sys/class/hwmon";
  std::string chip;   // a chip's name or folder; empty: see ChooseChip
  std::string label;  // a channel's label; empty: see ChooseChannels
  Duration period = std::chrono::milliseconds(100);  // > 0
  OpenFunction open = OpenReadOnly;
};

// The clock must outlive the meter. max_power is powerN_cap_max where there is one.
// The first reading comes one period after opening.
// Errors: kUnavailable (nothing here measures power), kNotFound (chip or label),
// kPermissionDenied, kIo.
[[nodiscard]] Result<std::unique_ptr<PowerMeter>> OpenHwmon(const Clock& clock,
                                                            const HwmonOptions& options = {});

}  // namespace batchsizer::power
