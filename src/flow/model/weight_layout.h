// How a weight's numbers may lie in a file, and how they must lie in an ONNX network.
//
// Thread safety: free functions and plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace batchsizer::flow {

// o: outputs, i: inputs (of the group), h, w: of the filter, c, m: channels and
// multiplier of a depthwise convolution, whose output c * multiplier + m is theirs.
enum class WeightLayout {
  kAuto,  // told by the shape
  kSame,  // exactly as in the network
  kOihw,  // PyTorch, ONNX
  kHwio,  // TensorFlow
  kHwcm,  // TensorFlow, depthwise
  kOi,    // matrices: PyTorch
  kIo,    // matrices: TensorFlow
};

// "auto", "same", "oihw", ...
[[nodiscard]] std::string_view ToString(WeightLayout layout);
[[nodiscard]] std::optional<WeightLayout> ParseWeightLayout(std::string_view name);
// "auto, same, oihw, ..."
[[nodiscard]] std::string WeightLayoutNames();

// What a weight of a network is.
struct WeightForm {
  enum class Kind {
    kFilters,  // of a convolution: o, i, h, w
    kMatrix,   // o, i or i, o
    kOther,    // taken as it is
  };
  Kind kind = Kind::kOther;
  std::vector<std::int64_t> dims;
  std::int64_t groups = 1;  // kFilters
  bool out_first = true;    // kMatrix: o, i
};

// Where the number of output o, input i, row h, column w is: the sum over the four axes
// of place x stride.
struct WeightView {
  std::array<std::int64_t, 4> size{};    // o, i, h, w
  std::array<std::int64_t, 4> stride{};  // 0 along an axis of size 1
  friend bool operator==(const WeightView&, const WeightView&) = default;
};

// Numbers of that shape, taken as layout, as the weight's; nothing where they do not
// fit. Not for kAuto. REQUIRES: form is filters or a matrix.
[[nodiscard]] std::optional<WeightView> ViewAs(WeightLayout layout, const WeightForm& form,
                                               std::span<const std::int64_t> shape);

// The shape that the weight has in a file of that layout; empty where it can't be.
[[nodiscard]] std::vector<std::int64_t> ShapeIn(WeightLayout layout, const WeightForm& form);

// The numbers in the order of the network. REQUIRES: view was made for form.
[[nodiscard]] std::vector<float> Rearranged(const std::vector<float>& values,
                                            const WeightView& view, const WeightForm& form);

}  // namespace batchsizer::flow
