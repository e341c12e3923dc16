#include "cli/preprocess_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cli/option_hints.h"
#include "cli/options.h"

namespace batchsizer::cli {
namespace {

constexpr double kWhite = 255.0;

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

using Triple = std::array<double, 3>;

// "R,G,B", or one number for all three.
Result<Triple> ParseTriple(std::string_view option, std::string text) {
  // A list in a configuration file comes as lines.
  std::replace(text.begin(), text.end(), '\n', ',');
  Triple triple{};
  const auto cells = base::Split(text, ',');
  for (std::size_t c = 0; c < std::min(triple.size(), cells.size()); ++c) {
    const auto number = base::ParseNumber(base::Trim(cells[c]));
    if (!number || !std::isfinite(*number)) {
      return Invalid(fmt::format("{}: '{}' is not a number; right would be 0.485,0.456,0.406",
                                 option, base::Trim(cells[c])));
    }
    triple[c] = *number;
  }
  if (cells.size() == 1) triple.fill(triple[0]);
  if (cells.size() == 1 || cells.size() == triple.size()) return triple;
  return Invalid(fmt::format("{}: {} numbers; give three, for red, green and blue, or one for all",
                             option, cells.size()));
}

// What a pixel v becomes: (v x scale - mean) / deviation.
struct Steps {
  double scale = 1.0;
  Triple mean{};
  Triple deviation{1.0, 1.0, 1.0};
};

Steps StepsOf(flow::Preset preset) {
  constexpr double kToUnit = 1.0 / kWhite;
  switch (preset) {
    case flow::Preset::kImagenet:
      return {kToUnit, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}};
    case flow::Preset::kInception:
      return {kToUnit, {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}};
    case flow::Preset::kRaw:
      break;
  }
  return {};
}

Status CheckSteps(const Steps& steps) {
  const double white = kWhite * steps.scale;
  for (const double mean : steps.mean) {
    // The usual slip: a mean of 0..255 for pixels that are scaled to 0..1.
    if (mean >= 0 && mean <= white) continue;
    return Invalid(fmt::format(
        "--mean: {:g} is outside the pixels' 0 to {:g}; it counts after --scale (--scale 1 keeps "
        "0 to 255)",
        mean, white));
  }
  for (const double deviation : steps.deviation) {
    if (deviation > 0) continue;
    return Invalid(fmt::format("--std: {:g} is not above 0", deviation));
  }
  return {};
}

Result<Steps> ReadSteps(const PreprocessTexts& texts, flow::Preset preset) {
  Steps steps = StepsOf(preset);
  if (texts.scale) {
    if (auto ok = RequirePositive("--scale", *texts.scale); !ok) return tl::unexpected(ok.error());
    steps.scale = *texts.scale;
  }
  if (!texts.mean.empty()) {
    const auto mean = ParseTriple("--mean", texts.mean);
    if (!mean) return tl::unexpected(mean.error());
    steps.mean = *mean;
  }
  if (!texts.deviation.empty()) {
    const auto deviation = ParseTriple("--std", texts.deviation);
    if (!deviation) return tl::unexpected(deviation.error());
    steps.deviation = *deviation;
  }
  if (auto ok = CheckSteps(steps); !ok) return tl::unexpected(ok.error());
  return steps;
}

}  // namespace

void AddPreprocessOptions(CLI::App& command, PreprocessTexts& texts) {
  HintWords(command.add_option(
                "--preprocess", texts.preset,
                "imagenet, inception or raw: what --mean, --std and --scale are if not given"),
            {"imagenet", "inception", "raw"})
      ->capture_default_str();
  command
      .add_option("--mean", texts.mean,
                  "R,G,B or one number, as torchvision has it: a pixel v of 0 to 255 becomes "
                  "(v x scale - mean) / std")
      ->join();
  command.add_option("--std", texts.deviation, "R,G,B or one number")->join();
  command
      .add_option("--scale", texts.scale, "What pixels are multiplied with first, such as 1/255")
      ->transform(
          [](const std::string& text) { return text == "1/255" ? "0.00392156862745098" : text; });
  HintWords(
      command.add_option("--layout", texts.layout,
                         "Order of the model's input: nchw, nhwc, or auto, where its shape tells"),
      {"auto", "nchw", "nhwc"})
      ->capture_default_str();
  command
      .add_option("--crop-fraction", texts.crop_fraction,
                  "Share of the resized short side that the centre crop keeps; 1: all of it")
      ->capture_default_str();
  command
      .add_option("--max-pixels", texts.max_pixels,
                  "Refuse files of which more pixels would have to be in memory at once")
      ->capture_default_str();
}

Result<flow::PreprocessOptions> ToPreprocessOptions(const PreprocessTexts& texts) {
  const auto preset = flow::ParsePreset(texts.preset);
  if (!preset) return Annotate("--preprocess", preset.error());
  const auto steps = ReadSteps(texts, *preset);
  if (!steps) return tl::unexpected(steps.error());
  if (!(texts.crop_fraction >= flow::kLeastCropFraction && texts.crop_fraction <= 1.0)) {
    return Invalid(fmt::format("--crop-fraction: {:g} is not from {} to 1", texts.crop_fraction,
                               flow::kLeastCropFraction));
  }
  flow::PreprocessOptions options;
  options.crop_fraction = texts.crop_fraction;
  for (std::size_t c = 0; c < 3; ++c) {
    options.normalisation.scale[c] = static_cast<float>(steps->scale / steps->deviation[c]);
    options.normalisation.bias[c] = static_cast<float>(-steps->mean[c] / steps->deviation[c]);
  }
  if (flow::AreUsable(options.normalisation)) return options;
  return Invalid("--scale, --std: their ratio is too large or too small for the model's numbers");
}

Result<flow::DecodeOptions> ToDecodeOptions(const PreprocessTexts& texts) {
  if (texts.max_pixels >= 1) return flow::DecodeOptions{.max_pixels = texts.max_pixels};
  return Invalid(fmt::format("--max-pixels: {} is not 1 or more", texts.max_pixels));
}

Result<std::optional<ImageLayout>> ToLayout(const PreprocessTexts& texts) {
  if (texts.layout == "auto") return std::optional<ImageLayout>();
  if (texts.layout == "nchw") return std::optional(ImageLayout::kNchw);
  if (texts.layout == "nhwc") return std::optional(ImageLayout::kNhwc);
  return Invalid(fmt::format("--layout: '{}' is none of nchw, nhwc, auto", texts.layout));
}

Status CheckTakesNormalised(const PreprocessTexts& texts, const InputSpec& input) {
  if (input.type != ElementType::kUint8) return {};
  const char* const given = !texts.mean.empty()        ? "--mean"
                            : !texts.deviation.empty() ? "--std"
                            : texts.scale              ? "--scale"
                                                       : nullptr;
  if (given == nullptr) return {};
  return Invalid(
      fmt::format("{}: the model's input \"{}\" takes 8-bit pixels as they are; leave it out",
                  given, input.name));
}

}  // namespace batchsizer::cli
