// The options of `batchsizer run`, as texts and numbers from the command line.
//
// Thread safety: free functions without state.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/options.h"
#include "cli/run_device.h"

namespace batchsizer::cli {

struct RunTexts {
  ControlTexts control;
  DeviceRequest device;
  std::string model;
  std::string images;
  std::string power_cap;
  std::string preprocess = "imagenet";
  std::string output;
  std::string output_format;  // empty: by the ending of output
  bool unordered = false;
  std::string trace;
  bool resume = false;
  bool no_outputs = false;
  long long max_images = -1;
  long long repeat = 1;
  int decode_threads = 0;
  int top = 5;
};

void AddRunOptions(CLI::App& command, RunTexts& texts);

// What can be told of the numbers alone. Errors: kInvalidInput names the option
// and the value.
[[nodiscard]] Status CheckRunNumbers(const RunTexts& texts);

}  // namespace batchsizer::cli
