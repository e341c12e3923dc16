// Emulated devices as commands take them: --device emulated:WHAT, --host, --dataset.
//
// Thread safety: free functions without state.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "batchsizer/result.h"
#include "flow/model/model_summary.h"
#include "sim/image_costs.h"
#include "sim/plant.h"

namespace batchsizer::cli {

struct EmulationTexts {
  std::string host;     // empty: native, and with a dataset the paper's, if there is one
  std::string dataset;  // empty: images cost the host nothing
};

// What a device's name that is emulated begins with.
inline constexpr std::string_view kEmulatedPrefix = "emulated:";
// For commands that know no other device: its name, with or without that.
[[nodiscard]] std::string WithoutEmulated(std::string_view device);

// --device, emulated or not.
void AddDeviceOption(CLI::App& command, std::string& device);
// --host and --dataset.
void AddEmulationOptions(CLI::App& command, EmulationTexts& texts);

struct EmulatedPlant {
  std::unique_ptr<sim::Plant> plant;
  // For EmulationOptions: hosts that prepare images one after another.
  std::optional<sim::ImageCosts> images;
  std::string host;  // what feeds it; of a curve: empty
};

// what: a known device, a description's file (its name ends in .toml), or
// curve=FILE. model is asked for only where a device has to run one. Errors:
// kInvalidInput and those of the files, naming the option.
[[nodiscard]] Result<EmulatedPlant> OpenEmulatedPlant(
    std::string_view what, const EmulationTexts& texts,
    const std::function<Result<flow::ModelSummary>()>& model);

// The same texts given with a device that is not emulated. Errors: kInvalidInput,
// where one of them asks for something.
[[nodiscard]] Status CheckNoEmulation(const EmulationTexts& texts, std::string_view device);

}  // namespace batchsizer::cli
