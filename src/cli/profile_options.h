// The options of `batchsizer profile`.
//
// Thread safety: free functions without state.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "batchsizer/result.h"
#include "cli/run_device.h"
#include "runtime/profiler.h"

namespace batchsizer::cli {

struct ProfileTexts {
  DeviceRequest device;
  std::string model;
  std::string images;
  std::string batch_sizes;  // empty: powers of two
  std::string clocks = "all";
  int batches = 10;
  std::optional<double> seconds;
  std::string memory = "1GiB";
  std::string output;
  std::string chart;
  std::string power_trace;
};

void AddProfileOptions(CLI::App& command, ProfileTexts& texts);

// Checks what can be told of the texts and numbers alone, and fills in what is read
// from them. Errors of all of these: kInvalidInput names the option and the value.
[[nodiscard]] Status ReadProfileTexts(ProfileTexts& texts);
// How long a point is measured: less on virtual time than on a real device, which
// has to warm up and whose sensor is slow.
[[nodiscard]] runtime::ProfileLimits LimitsOf(const ProfileTexts& texts, bool emulated);
// Which of the clocks that can be set; none where none can.
[[nodiscard]] Result<std::vector<Megahertz>> ChooseClocks(const std::string& text,
                                                          std::span<const Megahertz> supported);

}  // namespace batchsizer::cli
