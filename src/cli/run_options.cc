#include "cli/run_options.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "cli/display.h"
#include "cli/model_option.h"
#include "cli/option_hints.h"

namespace batchsizer::cli {
namespace {

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

Result<DecodeThreads> ParseDecodeThreads(const std::string& text) {
  if (base::Trim(text) == "auto") return DecodeThreads{};
  const auto number = base::ParseInteger(text);
  if (!number) {
    return Invalid(
        fmt::format("--decode-threads: '{}' is not a number of threads, nor auto", text));
  }
  if (auto ok = CheckThreads("--decode-threads", *number); !ok) return tl::unexpected(ok.error());
  return DecodeThreads{.automatic = *number == 0, .number = static_cast<int>(*number)};
}

void AddInputOptions(CLI::App& command, RunTexts& texts) {
  Hint(command.add_option("--model", texts.model, "An .onnx file, or zoo:NAME"), ModelHint())
      ->required();
  HintFile(command.add_option("--images", texts.images,
                              "Folder of JPEG, PNG and WebP files, searched in depth; tar or zip "
                              "archive; list of paths; - (a list on stdin)"))
      ->required();
  AddDeviceOption(command, texts.device.device);
  AddEmulationOptions(command, texts.device.emulation);
  HintWords(command.add_option("--meter", texts.device.meter,
                               "Power meter of a real device: auto, rapl, hwmon[:CHIP[/LABEL]], "
                               "estimate[:IDLE_W,MAX_W], replay:FILE, replay-loop:FILE"),
            {"auto", "rapl", "hwmon", "estimate", "replay:FILE", "replay-loop:FILE"})
      ->capture_default_str();
  AddPreprocessOptions(command, texts.preprocess);
  command.add_option("--image-size", texts.device.image_size,
                     "Height and width, for a model that leaves them open");
  command.add_option("--max-images", texts.max_images, "Stop after so many images");
  command.add_option("--repeat", texts.repeat, "Go through the folder so many times")
      ->capture_default_str();
  command.add_option("--threads", texts.device.threads, "Threads of the CPU engine (0: automatic)")
      ->capture_default_str();
  HintWords(command.add_option("--decode-threads", texts.decode_threads_text,
                               "Threads that decode images; auto: as many as the engine needs"),
            {"auto", "1", "2", "4", "8"})
      ->capture_default_str();
  HintWords(command.add_option("--memory", texts.memory,
                               "For images that are decoded ahead, such as 512MiB; batches must "
                               "fit into it"),
            {"256MiB", "512MiB", "1GiB", "2GiB"})
      ->capture_default_str();
}

void AddOutputOptions(CLI::App& command, RunTexts& texts) {
  HintFile(command.add_option("--output", texts.output,
                              "Results: a JSON object a line and image, or, as x.csv, CSV"));
  HintWords(command.add_option("--output-format", texts.output_format,
                               "jsonl or csv, whatever the name of --output ends in"),
            {"jsonl", "csv"});
  command.add_flag("--unordered", texts.unordered,
                   "Results as they are done, not in the order of the images");
  HintFile(command.add_option("--trace", texts.trace, "Write one CSV row a window to this file"));
  command.add_flag("--resume", texts.resume,
                   "Go on with --output: skip what is in it, after a crash too");
  command.add_option("--top", texts.top, "Classes per image in the results")->capture_default_str();
  command.add_flag("--no-outputs", texts.no_outputs,
                   "On an emulated device: time and power only, nothing is computed");
  command.add_flag("--real-time", texts.device.real_time,
                   "An emulated device takes its time for real, so that input has to keep up");
  command.add_option("--seed", texts.device.seed, "Seed of what is random")->capture_default_str();
}

void AddViewOptions(CLI::App& command, RunTexts& texts) {
  HintWords(command.add_option(
                "--view", texts.view,
                fmt::format("What is shown meanwhile: {} (auto: the screen of a terminal that can, "
                            "else a line, else plain lines)",
                            kViewNames)),
            {"auto", "screen", "line", "plain", "off"})
      ->capture_default_str();
  command.add_flag("--once", texts.once,
                   "Show nothing meanwhile; print the screen once, as plain text, when the run "
                   "ends");
}

}  // namespace

Status CheckThreads(std::string_view option, long long threads) {
  constexpr int kMostThreads = 1024;
  if (threads >= 0 && threads <= kMostThreads) return {};
  return Invalid(fmt::format("{}: {}: a number of threads is 1 to {}, or 0 (automatic)", option,
                             threads, kMostThreads));
}

Result<std::size_t> ParseMemory(const std::string& text) {
  constexpr std::uint64_t kLeast = std::uint64_t{1} << 20U;
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40U;
  const auto bytes = base::ParseBytes(text);
  if (!bytes) {
    return Invalid(
        fmt::format("--memory: '{}' is not an amount of memory; right would be 512MiB", text));
  }
  if (*bytes < kLeast || *bytes > kMost) {
    return Invalid(fmt::format("--memory: '{}' is outside 1MiB to 1TiB", text));
  }
  return static_cast<std::size_t>(*bytes);
}

Status ReadRunTexts(RunTexts& texts) {
  if (texts.repeat < 1) return Invalid(fmt::format("--repeat: {} is not 1 or more", texts.repeat));
  if (texts.max_images == 0 || texts.max_images < -1) {
    return Invalid(fmt::format("--max-images: {} is not 1 or more", texts.max_images));
  }
  if (texts.top < 1) return Invalid(fmt::format("--top: {} is not 1 or more", texts.top));
  if (auto ok = CheckThreads("--threads", texts.device.threads); !ok) return ok;
  const auto decode_threads = ParseDecodeThreads(texts.decode_threads_text);
  if (!decode_threads) return tl::unexpected(decode_threads.error());
  texts.decode_threads = *decode_threads;
  const auto memory = ParseMemory(texts.memory);
  if (!memory) return tl::unexpected(memory.error());
  texts.device.memory_bytes = *memory;
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
  HintWords(command.add_option("--power-cap", texts.power_cap,
                               "120, 120W, 70% (of the device's maximum), file:PATH (watched) or "
                               "trace:FILE"),
            {"file:FILE", "trace:FILE"})
      ->required();
  AddControlOptions(command, texts.control);
  AddOutputOptions(command, texts);
  AddViewOptions(command, texts);
}

}  // namespace batchsizer::cli
