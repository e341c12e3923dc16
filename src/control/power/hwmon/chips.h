// What can measure power under Linux's hwmon folder: finding it, and choosing
// which of it to use.
//
// A chip is a folder hwmonN with a file `name`. A channel is either
//   powerN_input or powerN_average   microwatts, by the driver, or
//   inN_input x currN_input          millivolts x milliamperes, for the ina3221
//                                    of NVIDIA's Jetson boards (N = 1..3; its
//                                    further ones are sums and shunt voltages).
// Where a driver has both powerN files we take _input: it is the momentary power,
// and spikes count against the cap.
//
// Errors: messages name the chip or label asked for, and what there is.
// Thread safety: plain values and free functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"
#include "batchsizer/units.h"

namespace batchsizer::power {

struct HwmonChannel {
  std::string label;           // the driver's, such as "PPT" or "VDD_IN"; "power1", "in1" without
  std::string power_file;      // full path: microwatts, or millivolts if current_file is there
  std::string current_file;    // full path: milliamperes; empty: power_file is power
  std::string max_power_file;  // full path: microwatts; the file may be missing
  Duration averaged_over{0};   // of a powerN_average, where the driver says
};

struct HwmonChip {
  std::string folder;                  // "hwmon3"
  std::string name;                    // "amdgpu"
  std::vector<HwmonChannel> channels;  // never empty
};

// The chips under root that measure power, in the order of their numbers.
[[nodiscard]] std::vector<HwmonChip> FindHwmonChips(const std::string& root);

// Whether the chip is known to measure the processor or the whole machine; a GPU
// or a disk is not a meter for work on the processor.
[[nodiscard]] bool MeasuresProcessor(const HwmonChip& chip);

// wanted is "" (a chip that measures the processor, else the first), a chip's
// name or its folder. Errors: kUnavailable (no chips at all), kNotFound.
[[nodiscard]] Result<HwmonChip> ChooseChip(const std::vector<HwmonChip>& chips,
                                           std::string_view wanted);

// The channels whose sum is the chip's power. With a label: that one channel.
// Without: the board's input (VDD_IN, POM_5V_IN) if an ina3221 measures it, else
// all its rails; of any other chip the first, which is the whole by convention.
// Error: kNotFound.
[[nodiscard]] Result<std::vector<HwmonChannel>> ChooseChannels(const HwmonChip& chip,
                                                               std::string_view label);

}  // namespace batchsizer::power
