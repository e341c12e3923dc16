// The options of `batchsizer run`, as texts and numbers from the command line.
//
// Thread safety: free functions without state.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "cli/options.h"
#include "cli/preprocess_options.h"
#include "cli/run_device.h"

namespace batchsizer::cli {

struct DecodeThreads {
  bool automatic = true;
  int number = 0;
};

struct RunTexts {
  ControlTexts control;
  DeviceRequest device;
  std::string model;
  std::string images;
  std::string power_cap;
  PreprocessTexts preprocess;
  std::string output;
  std::string output_format;  // empty: by the ending of output
  bool unordered = false;
  std::string trace;
  std::string view = "auto";
  bool once = false;
  bool resume = false;
  bool no_outputs = false;
  long long max_images = -1;
  long long repeat = 1;
  std::string decode_threads_text = "auto";
  std::string memory = "1GiB";
  int top = 5;

  // Read from the above by ReadRunTexts.
  DecodeThreads decode_threads;
};

void AddRunOptions(CLI::App& command, RunTexts& texts);

// Checks what can be told of the texts and numbers alone, and fills in what is read
// from them. Errors: kInvalidInput names the option and the value.
[[nodiscard]] Status ReadRunTexts(RunTexts& texts);

// Of --threads and --memory, for other commands that have them.
[[nodiscard]] Status CheckThreads(std::string_view option, long long threads);
[[nodiscard]] Result<std::size_t> ParseMemory(const std::string& text);

}  // namespace batchsizer::cli
