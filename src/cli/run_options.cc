#include "cli/run_options.h"

#include <fmt/format.h>

#include <utility>

namespace batchsizer::cli {
namespace {

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

Status CheckThreads(std::string_view option, int threads) {
  constexpr int kMostThreads = 1024;
  if (threads >= 0 && threads <= kMostThreads) return {};
  return Invalid(fmt::format("{}: {}: a number of threads is 1 to {}, or 0 (automatic)", option,
                             threads, kMostThreads));
}

void AddInputOptions(CLI::App& command, RunTexts& texts) {
  command.add_option("--model", texts.model, "An .onnx file, or zoo:NAME")->required();
  command.add_option("--images", texts.images, "Folder of JPEG and PNG files, searched in depth")
      ->required();
  command
      .add_option("--device", texts.device.device,
                  "auto, cpu, cuda:N, emulated:p40, emulated:curve=FILE")
      ->capture_default_str();
  command
      .add_option("--meter", texts.device.meter,
                  "Power meter of a real device: auto, rapl, hwmon[:CHIP[/LABEL]], "
                  "estimate[:IDLE_W,MAX_W], replay:FILE, replay-loop:FILE")
      ->capture_default_str();
  command.add_option("--preprocess", texts.preprocess, "imagenet, inception or raw")
      ->capture_default_str();
  command.add_option("--image-size", texts.device.image_size,
                     "Height and width, for a model that leaves them open");
  command.add_option("--max-images", texts.max_images, "Stop after so many images");
  command.add_option("--repeat", texts.repeat, "Go through the folder so many times")
      ->capture_default_str();
  command.add_option("--threads", texts.device.threads, "Threads of the CPU engine (0: automatic)")
      ->capture_default_str();
  command
      .add_option("--decode-threads", texts.decode_threads,
                  "Threads that decode images (0: automatic)")
      ->capture_default_str();
}

void AddOutputOptions(CLI::App& command, RunTexts& texts) {
  command.add_option("--output", texts.output,
                     "Results: a JSON object a line and image, or, as x.csv, CSV");
  command.add_option("--output-format", texts.output_format,
                     "jsonl or csv, whatever the name of --output ends in");
  command.add_flag("--unordered", texts.unordered,
                   "Results as they are done, not in the order of the images");
  command.add_option("--trace", texts.trace, "Write one CSV row a window to this file");
  command.add_flag("--resume", texts.resume,
                   "Go on with --output: skip what is in it, after a crash too");
  command.add_option("--top", texts.top, "Classes per image in the results")->capture_default_str();
  command.add_flag("--no-outputs", texts.no_outputs,
                   "On an emulated device: time and power only, nothing is computed");
  command.add_option("--seed", texts.device.seed, "Seed of what is random")->capture_default_str();
}

}  // namespace

Status CheckRunNumbers(const RunTexts& texts) {
  if (texts.repeat < 1) return Invalid(fmt::format("--repeat: {} is not 1 or more", texts.repeat));
  if (texts.max_images == 0 || texts.max_images < -1) {
    return Invalid(fmt::format("--max-images: {} is not 1 or more", texts.max_images));
  }
  if (texts.top < 1) return Invalid(fmt::format("--top: {} is not 1 or more", texts.top));
  if (auto ok = CheckThreads("--threads", texts.device.threads); !ok) return ok;
  if (auto ok = CheckThreads("--decode-threads", texts.decode_threads); !ok) return ok;
  if (texts.resume && texts.output.empty()) {
    return Invalid("--resume: needs --output, the results file to go on with");
  }
  if (!texts.output_format.empty() && texts.output.empty()) {
    return Invalid("--output-format: needs --output, the file to write");
  }
  return {};
}

void AddRunOptions(CLI::App& command, RunTexts& texts) {
  command.footer(
      "Examples:\n"
      "  batchsizer run --model m.onnx --images photos --power-cap 70% --output results.jsonl\n"
      "  batchsizer run --model zoo:mobilenet-v1 --images photos --power-cap trace:cap.csv "
      "--device emulated:p40 --trace trace.csv");
  AddInputOptions(command, texts);
  command
      .add_option("--power-cap", texts.power_cap,
                  "120, 120W, 70% (of the device's maximum) or trace:FILE")
      ->required();
  AddControlOptions(command, texts.control);
  AddOutputOptions(command, texts);
}

}  // namespace batchsizer::cli
