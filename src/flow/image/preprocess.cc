#include "flow/image/preprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "base/image_limits.h"
#include "base/text.h"
#include "flow/image/half.h"
#include "flow/image/resize_kernel.h"

namespace batchsizer::flow {
namespace {

constexpr std::array<std::string_view, 3> kPresetNames{"imagenet", "inception", "raw"};
constexpr std::array<float, 3> kLuma{0.299F, 0.587F, 0.114F};

// Element types by their own C++ types: a half's bits, a byte.
void Convert(const float* from, std::size_t count, std::uint16_t* to) {
  BestResizeKernel().to_halves(from, count, to);
}
void Convert(const float* from, std::size_t count, std::uint8_t* to) {
  BestResizeKernel().to_bytes(from, count, to);
}

std::size_t AsIndex(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

int DividedBy(int size, double crop_fraction) {
  return static_cast<int>(std::lround(size / crop_fraction));
}

// Three planes into the first.
void ReduceToLuma(float* red, std::size_t plane) {
  const float* const green = red + plane;
  const float* const blue = green + plane;
  for (std::size_t x = 0; x < plane; ++x) {
    red[x] = kLuma[0] * red[x] + kLuma[1] * green[x] + kLuma[2] * blue[x];
  }
}

// One grey channel is normalised with the mean of the three.
Normalisation ForChannels(const Normalisation& rgb, int channels) {
  if (channels == 3) return rgb;
  Normalisation grey;
  // The mean's line through the channels' zero points and unit steps.
  float mean = 0.0F;
  float deviation = 0.0F;
  for (std::size_t c = 0; c < 3; ++c) {
    mean += -rgb.bias[c] / rgb.scale[c] / 3.0F;
    deviation += 1.0F / rgb.scale[c] / 3.0F;
  }
  grey.scale.fill(1.0F / deviation);
  grey.bias.fill(-mean / deviation);
  return grey;
}

}  // namespace

bool AreUsable(const Normalisation& normalisation) {
  const auto finite = [](float v) { return std::isfinite(v); };
  return std::all_of(normalisation.scale.begin(), normalisation.scale.end(),
                     [](float v) { return std::isnormal(v); }) &&
         std::all_of(normalisation.bias.begin(), normalisation.bias.end(), finite);
}

Normalisation NormalisationOf(Preset preset) {
  if (preset == Preset::kRaw) return {};
  constexpr std::array<double, 3> kMean{0.485, 0.456, 0.406};
  constexpr std::array<double, 3> kDeviation{0.229, 0.224, 0.225};
  const bool inception = preset == Preset::kInception;
  Normalisation result;
  for (std::size_t c = 0; c < 3; ++c) {
    const double mean = inception ? 0.5 : kMean[c];
    const double deviation = inception ? 0.5 : kDeviation[c];
    result.scale[c] = static_cast<float>(1.0 / (255.0 * deviation));
    result.bias[c] = static_cast<float>(-mean / deviation);
  }
  return result;
}

Result<Preset> ParsePreset(std::string_view name) {
  const auto* const found = std::find(kPresetNames.begin(), kPresetNames.end(), name);
  if (found != kPresetNames.end()) return static_cast<Preset>(found - kPresetNames.begin());
  const auto nearest = base::Nearest(name, kPresetNames);
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("unknown preprocessing \"{}\"{}; there are {}", name,
                               nearest ? fmt::format(", did you mean {}", *nearest) : "",
                               fmt::join(kPresetNames, ", ")));
}

Result<Preprocessor> Preprocessor::Create(const InputSpec& input,
                                          const PreprocessOptions& options) {
  if (input.channels != 1 && input.channels != 3) {
    return MakeError(ErrorCode::kUnsupported,
                     fmt::format("the model's input \"{}\" has {} channels; photos can be given to "
                                 "models with 3 (RGB) or 1 (grey)",
                                 input.name, input.channels));
  }
  const auto [low, high] = std::minmax(input.height, input.width);
  if (low < 1 || high > base::kLargestSide) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("the model's input \"{}\" is {} x {} pixels; each side must be 1 "
                                 "to {}",
                                 input.name, input.height, input.width, base::kLargestSide));
  }
  if (!(options.crop_fraction >= kLeastCropFraction && options.crop_fraction <= 1.0)) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("crop fraction {} is not in {} to 1", options.crop_fraction,
                                 kLeastCropFraction));
  }
  if (!AreUsable(options.normalisation)) {
    return MakeError(ErrorCode::kInvalidInput,
                     "normalisation needs a finite scale other than 0 and a finite bias for each "
                     "channel");
  }
  return Preprocessor(input, options);
}

Preprocessor::Preprocessor(const InputSpec& input, const PreprocessOptions& options)
    : input_(input),
      needed_{DividedBy(input.width, options.crop_fraction),
              DividedBy(input.height, options.crop_fraction), input.width, input.height},
      line_(static_cast<std::size_t>(std::max(input.width, input.height)) * 3) {
  // uint8 takes pixels as they are.
  const Normalisation used = input.type == ElementType::kUint8
                                 ? Normalisation{}
                                 : ForChannels(options.normalisation, input.channels);
  std::copy(used.scale.begin(), used.scale.end(), scale_.begin());
  std::copy(used.bias.begin(), used.bias.end(), bias_.begin());
}

void Preprocessor::FindCrop(const RgbImage& image) {
  // By the sizes in the file: a shrunk picture's own are rounded and would change
  // its shape.
  const ResizePlan plan =
      PlanResize(image.file_width, image.file_height, image.orientation, needed_);
  across_.Compute(plan.across, image.TrueWidth(), {image.left, image.left + image.width});
  down_.Compute(plan.down, image.TrueHeight(), {image.top, image.top + image.height});
}

// One channel is made from three planes.
bool Preprocessor::IsPlanar() const {
  return input_.layout == ImageLayout::kNchw || input_.channels == 1;
}

Preprocessor::Steps Preprocessor::StepsOf(Orientation orientation) const {
  const std::ptrdiff_t in_line = IsPlanar() ? 1 : 3;
  const std::ptrdiff_t width = input_.width;
  const std::ptrdiff_t height = input_.height;
  Steps steps{in_line, width * in_line, 0};
  std::ptrdiff_t pixels = width;
  std::ptrdiff_t lines = height;
  if (orientation.SwapsSides()) {
    std::swap(steps.pixel, steps.line);
    std::swap(pixels, lines);
  }
  if (orientation.MirrorsLines()) {
    steps.begin += (pixels - 1) * steps.pixel;
    steps.pixel = -steps.pixel;
  }
  if (orientation.MirrorsOrder()) {
    steps.begin += (lines - 1) * steps.line;
    steps.line = -steps.line;
  }
  return steps;
}

void Preprocessor::BlendLine(const RgbImage& image, int line, float* out, std::ptrdiff_t pixel_step,
                             std::ptrdiff_t channel_step) {
  const ResizeKernel& kernel = BestResizeKernel();
  const auto skipped = static_cast<std::size_t>(across_.SourceBegin() - image.left) * 3;
  const auto used = static_cast<std::size_t>(across_.SourceEnd() - across_.SourceBegin()) * 3;
  const Taps taps = down_.At(line);
  const auto lines_above = static_cast<std::size_t>(taps.first - image.top);
  const std::uint8_t* const from = image.pixels + lines_above * image.RowBytes() + skipped;
  kernel.blend_rows(from, image.RowBytes(), taps, used, blended_.data());
  kernel.blend_columns({blended_.data(), &across_, scale_, bias_, pixel_step, channel_step}, out);
}

// One channel: the luma of three planes, into the first of line_.
void Preprocessor::BlendGreyLine(const RgbImage& image, int line) {
  const auto count = static_cast<std::ptrdiff_t>(across_.Count());
  BlendLine(image, line, line_.data(), 1, count);
  ReduceToLuma(line_.data(), static_cast<std::size_t>(count));
}

void Preprocessor::FillFloats(const RgbImage& image, float* row) {
  const Steps steps = StepsOf(image.orientation);
  const std::ptrdiff_t plane = std::ptrdiff_t{input_.width} * input_.height;
  float* out = row + steps.begin;
  for (int line = 0; line < down_.Count(); ++line, out += steps.line) {
    if (input_.channels == 3) {
      BlendLine(image, line, out, steps.pixel, IsPlanar() ? plane : 1);
      continue;
    }
    BlendGreyLine(image, line);
    for (std::ptrdiff_t i = 0; i < across_.Count(); ++i) out[i * steps.pixel] = line_[AsIndex(i)];
  }
}

template <typename Element>
void Preprocessor::ConvertLine(int y, Element* row) const {
  const auto width = static_cast<std::size_t>(input_.width);
  const auto line = static_cast<std::size_t>(y);
  if (input_.channels == 1) {
    return Convert(line_.data(), width, row + line * width);
  }
  if (!IsPlanar()) return Convert(line_.data(), width * 3, row + line * width * 3);
  const std::size_t plane = width * static_cast<std::size_t>(input_.height);
  for (std::size_t c = 0; c < 3; ++c) {
    Convert(line_.data() + c * width, width, row + c * plane + line * width);
  }
}

// The usual case, a picture that is not turned, needs no more than a line in between.
template <typename Element>
void Preprocessor::FillConverted(const RgbImage& image, Element* row) {
  if (image.orientation.value != 1) {
    turned_.resize(input_.ElementsPerRow());
    FillFloats(image, turned_.data());
    return Convert(turned_.data(), turned_.size(), row);
  }
  for (int y = 0; y < input_.height; ++y) {
    if (input_.channels == 1) {
      BlendGreyLine(image, y);
    } else {
      BlendLine(image, y, line_.data(), IsPlanar() ? 1 : 3, IsPlanar() ? input_.width : 1);
    }
    ConvertLine(y, row);
  }
}

void Preprocessor::Run(const RgbImage& image, void* row) {
  FindCrop(image);
  // One float more: the kernel reads pixels four at a time.
  const auto used = static_cast<std::size_t>(across_.SourceEnd() - across_.SourceBegin()) * 3 + 1;
  if (blended_.size() < used) blended_.resize(used);
  switch (input_.type) {
    case ElementType::kFloat32:
      return FillFloats(image, static_cast<float*>(row));
    case ElementType::kFloat16:
      return FillConverted(image, static_cast<std::uint16_t*>(row));
    case ElementType::kUint8:
      return FillConverted(image, static_cast<std::uint8_t*>(row));
  }
}

}  // namespace batchsizer::flow
