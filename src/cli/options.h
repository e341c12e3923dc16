// Options that several commands share, and how their texts are read.
//
// Thread safety: free functions without state.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "batchsizer/controller.h"

namespace batchsizer::cli {

struct GlobalOptions {
  bool json = false;
  bool quiet = false;
  bool verbose = false;
};

// The options of the control loop, as texts and numbers from the command line.
struct ControlTexts {
  std::string policy = "batchsizer";
  std::string paper_variant = "cleared";
  std::string batch_sizes;  // empty: the default
  double alpha = 0.8;
  int window = 10;
  std::optional<double> clock_mhz;
  std::optional<int> batch;
  std::string saturation_from;  // LimitToSaturation (saturation_option.h) reads it
  bool online_saturation = false;
};

void AddControlOptions(CLI::App& command, ControlTexts& texts);

// clocks stay empty: the accelerator's are filled in later.
// Errors: kInvalidInput names the option and the value.
[[nodiscard]] Result<ControllerOptions> ToControllerOptions(const ControlTexts& texts);

// "1,2,4", "1..32", "1..8,16": whole numbers, each at least 1, ascending.
[[nodiscard]] Result<std::vector<BatchSize>> ParseBatchSizes(const std::string& text);

// What every finite, positive number of an option is checked with.
[[nodiscard]] Status RequirePositive(std::string_view option, double value);
[[nodiscard]] Status RequireNotNegative(std::string_view option, double value);

}  // namespace batchsizer::cli
