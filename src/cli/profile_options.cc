#include "cli/profile_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/model_option.h"
#include "cli/option_hints.h"
#include "cli/options.h"
#include "cli/run_options.h"

namespace batchsizer::cli {
namespace {

constexpr double kEmulatedSeconds = 1;
constexpr double kRealSeconds = 2;
constexpr double kWarmUpShare = 0.25;
// Boards warm up for minutes, and then draw more. Virtual time costs nothing.
constexpr double kEmulatedWarmUpSeconds = 120;

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

void AddDeviceOptions(CLI::App& command, ProfileTexts& texts) {
  Hint(command.add_option("--model", texts.model, "An .onnx file, or zoo:NAME"), ModelHint())
      ->required();
  AddDeviceOption(command, texts.device.device);
  HintWords(command.add_option("--meter", texts.device.meter,
                               "Power meter of a real device: auto, rapl, hwmon[:CHIP[/LABEL]], "
                               "estimate[:IDLE_W,MAX_W], replay:FILE, replay-loop:FILE"),
            {"auto", "rapl", "hwmon", "estimate", "replay:FILE", "replay-loop:FILE"})
      ->capture_default_str();
  AddEmulationOptions(command, texts.device.emulation);
  HintFile(command.add_option("--images", texts.images,
                              "On a real device: run these images, decoded beforehand, not "
                              "random numbers"));
  command.add_option("--image-size", texts.device.image_size,
                     "Height and width, for a model that leaves them open");
  command.add_option("--threads", texts.device.threads, "Threads of the CPU engine (0: automatic)")
      ->capture_default_str();
  HintWords(command.add_option("--memory", texts.memory,
                               "For the images of a batch on a real device, such as 512MiB"),
            {"256MiB", "512MiB", "1GiB", "2GiB"})
      ->capture_default_str();
  command.add_option("--seed", texts.device.seed, "Seed of what is random")->capture_default_str();
}

void AddGridOptions(CLI::App& command, ProfileTexts& texts) {
  command
      .add_option("--batch-sizes", texts.batch_sizes,
                  "What is measured, such as 1,2,4 or 1..32 (default: powers of two up to 1024, or "
                  "to what the device holds)")
      ->join();
  HintWords(command.add_option("--clocks", texts.clocks,
                               "Of those that can be set: all, highest, or a list in MHz"),
            {"all", "highest"})
      ->join()
      ->capture_default_str();
  command.add_option("--batches", texts.batches, "Batches a point, at least")
      ->capture_default_str();
  command.add_option("--seconds", texts.seconds,
                     fmt::format("Seconds a point, at least (default: {}; emulated: {})",
                                 kRealSeconds, kEmulatedSeconds));
}

void AddFileOptions(CLI::App& command, ProfileTexts& texts) {
  HintFile(command.add_option("--output", texts.output,
                              "Write the curve: batch,clock_mhz,throughput_ips,power_w"));
  HintFile(command.add_option("--chart", texts.chart,
                              "Draw the curve as an SVG file; with --power-trace, power and "
                              "utilisation over time"));
  HintFile(command.add_option("--power-trace", texts.power_trace,
                              "On an emulated device, of the one batch size that is measured: "
                              "write time_s,power_w,utilisation at the sensor's pace"));
}

Result<Megahertz> ParseClock(std::string_view cell, std::span<const Megahertz> supported) {
  const auto number = base::ParseNumber(cell);
  const auto at =
      number ? std::find(supported.begin(), supported.end(), Megahertz(*number)) : supported.end();
  if (at != supported.end()) return *at;
  std::vector<double> known;
  known.reserve(supported.size());
  for (const Megahertz clock : supported) known.push_back(clock.value());
  return Invalid(fmt::format("--clocks: '{}' is not one of the device's clocks: {}",
                             base::Trim(cell), fmt::join(known, ", ")));
}

}  // namespace

void AddProfileOptions(CLI::App& command, ProfileTexts& texts) {
  command.footer(
      "Examples:\n"
      "  batchsizer profile --model zoo:mobilenet-v1 --device emulated:p40 --host paper "
      "--dataset caltech256 --output curve.csv\n"
      "  batchsizer profile --model m.onnx --device cpu --batch-sizes 1..8,16,32 --seconds 5");
  AddDeviceOptions(command, texts);
  AddGridOptions(command, texts);
  AddFileOptions(command, texts);
}

Status ReadProfileTexts(ProfileTexts& texts) {
  if (texts.batches < 1)
    return Invalid(fmt::format("--batches: {} is not 1 or more", texts.batches));
  if (texts.seconds) {
    constexpr double kMostSeconds = 1e6;
    if (auto ok = RequireNotNegative("--seconds", *texts.seconds); !ok) return ok;
    if (*texts.seconds > kMostSeconds) {
      return Invalid(fmt::format("--seconds: {} is more than {}", *texts.seconds, kMostSeconds));
    }
  }
  if (auto ok = CheckThreads("--threads", texts.device.threads); !ok) return ok;
  const auto memory = ParseMemory(texts.memory);
  if (!memory) return tl::unexpected(memory.error());
  texts.device.memory_bytes = *memory;
  std::replace(texts.batch_sizes.begin(), texts.batch_sizes.end(), '\n', ',');
  std::replace(texts.clocks.begin(), texts.clocks.end(), '\n', ',');
  return {};
}

runtime::ProfileLimits LimitsOf(const ProfileTexts& texts, bool emulated) {
  runtime::ProfileLimits limits;
  limits.batches = texts.batches;
  const double seconds = texts.seconds.value_or(emulated ? kEmulatedSeconds : kRealSeconds);
  limits.time = FromSeconds(seconds);
  limits.warm_up = FromSeconds(emulated ? kEmulatedWarmUpSeconds : kWarmUpShare * seconds);
  return limits;
}

Result<std::vector<Megahertz>> ChooseClocks(const std::string& text,
                                            std::span<const Megahertz> supported) {
  const auto word = base::Trim(text);
  if (word == "all") return std::vector(supported.begin(), supported.end());
  if (supported.empty()) {
    return Invalid(
        fmt::format("--clocks: '{}': no clock can be set on this device; leave it out", word));
  }
  if (word == "highest") return std::vector{supported.back()};
  std::vector<Megahertz> clocks;
  for (const auto cell : base::Split(text, ',')) {
    const auto clock = ParseClock(cell, supported);
    if (!clock) return tl::unexpected(clock.error());
    clocks.push_back(*clock);
  }
  std::sort(clocks.begin(), clocks.end());
  clocks.erase(std::unique(clocks.begin(), clocks.end()), clocks.end());
  return clocks;
}

}  // namespace batchsizer::cli
