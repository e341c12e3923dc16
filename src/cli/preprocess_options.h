// The options that say how a model wants its pixels.
//
// Thread safety: free functions without state.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "batchsizer/engine.h"
#include "batchsizer/result.h"
#include "flow/image/decode.h"
#include "flow/image/preprocess.h"

namespace batchsizer::cli {

// As texts and numbers from the command line.
struct PreprocessTexts {
  std::string preset = "imagenet";
  // What the preset says, where not given.
  std::string mean;
  std::string deviation;
  std::optional<double> scale;
  std::string layout = "auto";
  double crop_fraction = flow::PreprocessOptions{}.crop_fraction;
  long long max_pixels = flow::DecodeOptions{}.max_pixels;
};

void AddPreprocessOptions(CLI::App& command, PreprocessTexts& texts);

// Errors of all of these: kInvalidInput names the option and the value.
[[nodiscard]] Result<flow::PreprocessOptions> ToPreprocessOptions(const PreprocessTexts& texts);
[[nodiscard]] Result<flow::DecodeOptions> ToDecodeOptions(const PreprocessTexts& texts);
// Nothing for "auto": as the model's input is shaped.
[[nodiscard]] Result<std::optional<ImageLayout>> ToLayout(const PreprocessTexts& texts);
// A model that takes bytes normalises for itself: giving it a mean is a mistake.
[[nodiscard]] Status CheckTakesNormalised(const PreprocessTexts& texts, const InputSpec& input);

}  // namespace batchsizer::cli
