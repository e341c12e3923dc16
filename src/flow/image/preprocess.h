// From a decoded picture to one row of the batch tensor: resize, centre crop,
// normalise, and lay out as the model wants it, in one pass over the pixels.
//
// Resize: the picture is scaled so that it just covers (height, width) divided by
// the crop fraction (0.875: 224 -> 256), keeping its shape; the middle is cut
// out. Only what the crop needs is computed. The filter is Pillow's BILINEAR
// (an antialiased triangle, see resize_weights.h), but in float without rounding
// to 8 bits in between: less than 0.001 of 255 from exact arithmetic, and at most
// 1 of 255 from Pillow 13, 0.3 in the mean, on photos that both decode at the same
// scale (docs/images.md). Where only ours was shrunk while decoding (see decode.h)
// detail is averaged first: at most 0.5 of 255 from Pillow in the mean and 3.5 at
// any pixel where the picture is smooth, whatever its size; on synthetic photos
// 1.4 in the mean, up to 35 at single noisy pixels. Sizes and crop offsets are
// rounded as torchvision's Resize and CenterCrop do, from the size in the file.
//
// A picture is turned as its orientation says while the row is written.
//
// Normalise: float32 and float16 as the preset says. uint8 models normalise for
// themselves: they get the rounded 0..255 whatever the preset. A model with one
// channel gets luma (0.299 R + 0.587 G + 0.114 B).
//
// Errors: kUnsupported for channels other than 1 and 3; kInvalidInput for sizes
// or options out of range.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "batchsizer/engine.h"
#include "batchsizer/result.h"
#include "flow/image/resize_weights.h"
#include "flow/image/rgb_image.h"

namespace batchsizer::flow {

// A value v in 0..255 of channel c becomes v x scale[c] + bias[c].
struct Normalisation {
  std::array<float, 3> scale{1.0F, 1.0F, 1.0F};
  std::array<float, 3> bias{0.0F, 0.0F, 0.0F};
};

enum class Preset {
  kImagenet,   // v / 255, less the mean and over the deviation of ImageNet, by channel
  kInception,  // v / 127.5 - 1
  kRaw,        // 0..255
};

[[nodiscard]] Normalisation NormalisationOf(Preset preset);
// "imagenet", "inception" or "raw"; else kInvalidInput, with the nearest name.
[[nodiscard]] Result<Preset> ParsePreset(std::string_view name);

struct PreprocessOptions {
  Normalisation normalisation = NormalisationOf(Preset::kImagenet);
  // The share of the resized short side that the crop keeps, kLeastCropFraction to 1.
  double crop_fraction = 0.875;
};

inline constexpr double kLeastCropFraction = 0.1;

// Whether all is finite, and no scale is 0 or too small for a normal float.
[[nodiscard]] bool AreUsable(const Normalisation& normalisation);

// Thread safety: one thread at a time; make one for each thread. Run allocates
// nothing once it has seen the largest picture.
class Preprocessor {
 public:
  [[nodiscard]] static Result<Preprocessor> Create(const InputSpec& input,
                                                   const PreprocessOptions& options);

  // What a picture must cover before the crop, smaller ones are enlarged; and the
  // crop.
  [[nodiscard]] Cover Needed() const { return needed_; }
  // Writes input.BytesPerRow() bytes. REQUIRES: a picture of at least 1 x 1,
  // decoded for Needed() or for {0, 0}; row aligned for its element type.
  void Run(const RgbImage& image, void* row);

 private:
  // Where pixels of stored lines go in the row, counted in numbers: the first one,
  // and from there the next in its line and the first of the next line.
  struct Steps {
    std::ptrdiff_t pixel = 0;
    std::ptrdiff_t line = 0;
    std::ptrdiff_t begin = 0;
  };

  Preprocessor(const InputSpec& input, const PreprocessOptions& options);
  void FindCrop(const RgbImage& image);
  [[nodiscard]] Steps StepsOf(Orientation orientation) const;
  void BlendLine(const RgbImage& image, int line, float* out, std::ptrdiff_t pixel_step,
                 std::ptrdiff_t channel_step);
  void BlendGreyLine(const RgbImage& image, int line);
  void FillFloats(const RgbImage& image, float* row);
  template <typename Element>
  void FillConverted(const RgbImage& image, Element* row);
  template <typename Element>
  void ConvertLine(int y, Element* row) const;
  [[nodiscard]] bool IsPlanar() const;

  InputSpec input_;
  Cover needed_;
  // With a fourth lane for the kernel.
  std::array<float, 4> scale_{};
  std::array<float, 4> bias_{};
  ResizeWeights across_;
  ResizeWeights down_;
  std::vector<float> blended_;  // one line of source pixels, blended downwards
  std::vector<float> line_;     // one line of the result, where it is not float32 RGB
  std::vector<float> turned_;   // the result before it is converted, where it is turned
};

}  // namespace batchsizer::flow
