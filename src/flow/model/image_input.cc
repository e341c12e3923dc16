#include "flow/model/image_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/image_limits.h"

namespace batchsizer::flow {
namespace {

constexpr std::string_view kSupported =
    "supported is one image input, float32, float16 or uint8, shaped [N,C,H,W] or [N,H,W,C] with "
    "1 or 3 channels";

tl::unexpected<Error> Unsupported(const std::string& found) {
  return MakeError(ErrorCode::kUnsupported, fmt::format("{}; {}", found, kSupported));
}

bool IsChannels(std::int64_t dim) { return dim == 1 || dim == 3; }

bool IsImage(const TensorInfo& tensor) {
  return tensor.dims.size() == 4 && ElementTypeOf(tensor.onnx_type).has_value();
}

std::optional<ImageLayout> LayoutOf(const TensorInfo& tensor) {
  if (IsChannels(tensor.dims[1])) return ImageLayout::kNchw;
  if (IsChannels(tensor.dims[3])) return ImageLayout::kNhwc;
  return std::nullopt;
}

Status CheckLayout(const TensorInfo& tensor, ImageLayout layout) {
  const bool nchw = layout == ImageLayout::kNchw;
  const std::int64_t channels = tensor.dims[nchw ? 1 : 3];
  if (channels < 0 || IsChannels(channels)) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("the layout {} does not fit: the model's input is {}, which would "
                               "have {} channels",
                               nchw ? "nchw" : "nhwc", Describe(tensor), channels));
}

Result<int> Side(std::int64_t dim, std::optional<int> image_size, std::string_view what) {
  if (dim < 0) return image_size.value_or(kDefaultImageSize);
  if (dim == 0 || dim > base::kLargestSide) {
    return Unsupported(
        fmt::format("the image {} is {}, not from 1 to {}", what, dim, base::kLargestSide));
  }
  if (image_size && *image_size != dim) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("image size {} does not fit: the model fixes the image {} at {}",
                                 *image_size, what, dim));
  }
  return static_cast<int>(dim);
}

Result<std::optional<BatchSize>> FixedBatch(std::int64_t dim) {
  if (dim < 0) return std::optional<BatchSize>();
  if (dim == 0 || dim > std::numeric_limits<int>::max()) {
    return Unsupported(fmt::format("the batch axis is fixed at {}", dim));
  }
  return std::optional(BatchSize(static_cast<int>(dim)));
}

Result<ImageInput> Resolve(const TensorInfo& tensor, ImageLayout layout,
                           std::optional<int> image_size) {
  const bool nchw = layout == ImageLayout::kNchw;
  const auto& dims = tensor.dims;
  const auto height = Side(dims[nchw ? 2 : 1], image_size, "height");
  if (!height) return tl::unexpected(height.error());
  const auto width = Side(dims[nchw ? 3 : 2], image_size, "width");
  if (!width) return tl::unexpected(width.error());
  const auto fixed_batch = FixedBatch(dims[0]);
  if (!fixed_batch) return tl::unexpected(fixed_batch.error());
  return ImageInput{
      .spec = {.name = tensor.name,
               .type = *ElementTypeOf(tensor.onnx_type),
               .layout = layout,
               .channels = dims[nchw ? 1 : 3] < 0 ? 3 : static_cast<int>(dims[nchw ? 1 : 3]),
               .height = *height,
               .width = *width},
      .dynamic_image_size = dims[nchw ? 2 : 1] < 0 || dims[nchw ? 3 : 2] < 0,
      .fixed_batch_size = *fixed_batch};
}

// kLargestSide keeps a row's bytes far from an overflow.
Status CheckBytes(const ImageInput& image) {
  const std::size_t row = image.spec.BytesPerRow();
  const auto rows = static_cast<std::size_t>(image.fixed_batch_size.value_or(BatchSize(1)).value());
  if (row <= base::kMostBatchBytes / rows) return {};
  const auto found = fmt::format(
      "images of {}x{} take {} bytes each; {} in a batch are more than the {} MiB that images may "
      "take",
      image.spec.height, image.spec.width, row, rows, base::kMostBatchBytes >> 20U);
  if (image.dynamic_image_size) {
    return MakeError(ErrorCode::kInvalidInput, found + "; choose a smaller image size");
  }
  return Unsupported(found);
}

}  // namespace

Result<ImageInput> FindImageInput(std::span<const TensorInfo> required,
                                  std::optional<int> image_size,
                                  std::optional<ImageLayout> layout) {
  if (image_size && (*image_size < 1 || *image_size > base::kLargestSide)) {
    return MakeError(ErrorCode::kInvalidInput, fmt::format("image size {}: must be from 1 to {}",
                                                           *image_size, base::kLargestSide));
  }
  if (required.empty()) return Unsupported("the model takes no input");
  if (required.size() > 1) {
    return Unsupported(fmt::format("the model takes {} inputs without a default ({})",
                                   required.size(), Describe(required)));
  }
  if (!IsImage(required[0])) {
    return Unsupported(fmt::format("the model's input is {}", Describe(required[0])));
  }
  if (layout) {
    if (auto ok = CheckLayout(required[0], *layout); !ok) return tl::unexpected(ok.error());
  } else {
    layout = LayoutOf(required[0]);
  }
  if (!layout) {
    return Unsupported(fmt::format("the model's input is {}", Describe(required[0])));
  }
  auto image = Resolve(required[0], *layout, image_size);
  if (!image) return image;
  if (const Status fits = CheckBytes(*image); !fits) return tl::unexpected(fits.error());
  return image;
}

std::optional<std::int64_t> ClassesOf(const TensorInfo& output) {
  const auto type = ElementTypeOf(output.onnx_type);
  if (type != ElementType::kFloat32 && type != ElementType::kFloat16) return std::nullopt;
  const auto& dims = output.dims;
  const bool flat = dims.size() == 2;
  const bool pooled = dims.size() == 4 && dims[2] == 1 && dims[3] == 1;
  if ((!flat && !pooled) || dims[1] == 0) return std::nullopt;
  return dims[1];
}

}  // namespace batchsizer::flow
