#include "flow/model/builder.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "base/output_file.h"
#include "flow/model/graph_writer.h"
#include "flow/model/random_weights.h"
#include "flow/model/tensor_info.h"

namespace batchsizer::flow {
namespace {

std::int64_t PooledSide(std::int64_t side, int kernel, const Window& window) {
  if (side < 0) return -1;
  const std::int64_t places = window.padding == Padding::kSame    ? side
                              : window.padding == Padding::kValid ? side - kernel + 1
                                                                  : side - (kernel - 1) % 2;
  return (places + window.stride - 1) / window.stride;
}

std::vector<std::int64_t> WindowedDims(const Tensor& in, std::int64_t channels,
                                       const Window& window) {
  BATCHSIZER_CHECK(in.dims.size() == 4);
  return {in.dims[0], channels, PooledSide(in.dims[2], window.height, window),
          PooledSide(in.dims[3], window.width, window)};
}

void SetWindow(onnx::NodeProto& node, const Window& window) {
  const std::array<std::int64_t, 2> kernel = {window.height, window.width};
  const std::array<std::int64_t, 2> strides = {window.stride, window.stride};
  GraphWriter::SetInts(node, "kernel_shape", kernel);
  GraphWriter::SetInts(node, "strides", strides);
  if (window.padding == Padding::kCentred) {
    const std::int64_t rows = (window.height - 1) / 2;
    const std::int64_t columns = (window.width - 1) / 2;
    GraphWriter::SetInts(node, "pads", std::array{rows, columns, rows, columns});
    return;
  }
  // A single pixel needs no padding; for one with a stride, ONNX Runtime would want some
  // that is negative.
  const bool pads = window.padding == Padding::kSame && window.height * window.width > 1;
  GraphWriter::SetString(node, "auto_pad", pads ? "SAME_UPPER" : "VALID");
}

float HeDeviation(std::int64_t fan_in) { return std::sqrt(2.0F / static_cast<float>(fan_in)); }

}  // namespace

struct ModelBuilder::State {
  State(std::string_view name, std::uint64_t seed, WeightData weight_data)
      : graph(name), random(seed), data(weight_data) {
    graph.proto().set_doc_string(fmt::format(
        "{}; weights generated from seed {}: the work is real, predictions mean nothing", name,
        seed));
  }

  // A layer with one input, no weights and no attributes.
  Tensor Plain(std::string_view op, const Tensor& in, std::vector<std::int64_t> dims) {
    return {graph.AddNode(op, {in.name}).output(0), std::move(dims)};
  }

  onnx::NodeProto& AddNode(std::string_view op, const Tensor& in, const Layer& layer) {
    return graph.AddNode(op, {in.name}, layer.name.empty() ? layer.scope : layer.name);
  }

  // make: gives the values, if they are wanted.
  template <typename Make>
  void AddWeights(onnx::NodeProto& node, const std::string& scope, std::string_view role,
                  std::span<const std::int64_t> shape, const Make& make) {
    auto& tensor = graph.AddWeights(scope.empty() ? node.name() : scope, role, shape);
    node.add_input(tensor.name());
    if (data == WeightData::kGenerated) GraphWriter::Fill(tensor, make());
  }

  // One value a channel.
  void AddFilled(onnx::NodeProto& node, const std::string& scope, std::string_view role,
                 std::int64_t count, float value) {
    AddWeights(node, scope, role, std::array{count},
               [&] { return std::vector<float>(static_cast<std::size_t>(count), value); });
  }

  // What a layer has besides its weights.
  void AddRest(onnx::NodeProto& node, std::int64_t channels, const Layer& layer) {
    // A bias would push every image the same way, a little more each layer.
    const std::string weights = node.input(1);
    if (layer.bias) AddFilled(node, layer.scope, "biases", channels, 0.0F);
    if (layer.batch_norm.empty()) return;
    graph.Metadata(kFoldedBatchNormsKey) += fmt::format("{} {}\n", weights, layer.batch_norm);
  }

  std::vector<float> Filters(std::int64_t channels, std::int64_t columns, std::int64_t taps,
                             bool depthwise, float gain) {
    const float deviation = gain * HeDeviation(columns * taps);
    return depthwise ? random.SharedFilters(channels, taps, deviation)
                     : random.MirroredFilters(channels, columns, taps, deviation);
  }

  GraphWriter graph;
  RandomWeights random;
  WeightData data;
  int scalars = 0;
};

ModelBuilder::ModelBuilder(std::string_view name, std::uint64_t seed, WeightData data)
    : state_(std::make_unique<State>(name, seed, data)) {}
ModelBuilder::ModelBuilder(ModelBuilder&&) noexcept = default;
ModelBuilder& ModelBuilder::operator=(ModelBuilder&&) noexcept = default;
ModelBuilder::~ModelBuilder() = default;

Tensor ModelBuilder::Input(std::string_view name, std::vector<std::int64_t> dims,
                           ElementType type) {
  state_->graph.AddInput(name, type, dims);
  return {std::string(name), std::move(dims)};
}

Tensor ModelBuilder::InputWithDefault(std::string_view name, float value) {
  state_->graph.AddInput(name, ElementType::kFloat32, {});
  state_->graph.AddScalar(name, value);
  return {std::string(name), {}};
}

void ModelBuilder::Output(const Tensor& tensor, std::string_view name, ElementType type) {
  state_->graph.AddOutput(tensor.name, name, type, tensor.dims);
}

Tensor ModelBuilder::Conv(const Tensor& in, int channels, const Window& window,
                          const Layer& layer) {
  return GroupConv(in, channels, 1, window, layer);
}

Tensor ModelBuilder::DepthwiseConv(const Tensor& in, const Window& window, const Layer& layer) {
  const auto channels = static_cast<int>(in.channels());
  return GroupConv(in, channels, channels, window, layer);
}

Tensor ModelBuilder::GroupConv(const Tensor& in, int channels, int groups, const Window& window,
                               const Layer& layer) {
  const auto dims = WindowedDims(in, channels, window);
  BATCHSIZER_CHECK(in.channels() % groups == 0 && channels % groups == 0);
  const std::array<std::int64_t, 4> shape = {channels, in.channels() / groups, window.height,
                                             window.width};
  auto& node = state_->AddNode("Conv", in, layer);
  SetWindow(node, window);
  GraphWriter::SetInt(node, "group", groups);
  const bool depthwise = groups == in.channels() && groups == channels;
  state_->AddWeights(node, layer.scope, layer.weights, shape, [&] {
    return state_->Filters(channels, shape[1], shape[2] * shape[3], depthwise, layer.gain);
  });
  state_->AddRest(node, channels, layer);
  return {node.output(0), dims};
}

Tensor ModelBuilder::Gemm(const Tensor& in, int units, const Layer& layer) {
  BATCHSIZER_CHECK(in.dims.size() == 2);
  const std::int64_t depth = in.dims[1];
  auto& node = state_->AddNode("Gemm", in, layer);
  GraphWriter::SetInt(node, "transB", 1);
  state_->AddWeights(node, layer.scope, layer.weights, std::array<std::int64_t, 2>{units, depth},
                     [&] {
                       const float deviation = layer.gain / std::sqrt(static_cast<float>(depth));
                       return state_->random.MirroredFilters(units, depth, 1, deviation);
                     });
  state_->AddRest(node, units, layer);
  return {node.output(0), {in.dims[0], units}};
}

Tensor ModelBuilder::BatchNorm(const Tensor& in, const std::string& scope, float epsilon) {
  auto& node = state_->graph.AddNode("BatchNormalization", {in.name}, scope);
  GraphWriter::SetFloat(node, "epsilon", epsilon);
  state_->AddFilled(node, scope, "gamma", in.channels(), 1.0F);
  state_->AddFilled(node, scope, "beta", in.channels(), 0.0F);
  state_->AddFilled(node, scope, "moving_mean", in.channels(), 0.0F);
  state_->AddFilled(node, scope, "moving_variance", in.channels(), 1.0F);
  return {node.output(0), in.dims};
}

Tensor ModelBuilder::Scalar(float value) {
  const std::string name = fmt::format("scalar_{}", state_->scalars++);
  state_->graph.AddScalar(name, value);
  return {name, {}};
}

Tensor ModelBuilder::Relu(const Tensor& in) { return state_->Plain("Relu", in, in.dims); }

Tensor ModelBuilder::Relu6(const Tensor& in) {
  const std::string low = Scalar(0.0F).name;
  const std::string high = Scalar(6.0F).name;
  return {state_->graph.AddNode("Clip", {in.name, low, high}).output(0), in.dims};
}

Tensor ModelBuilder::MaxPool(const Tensor& in, const Window& window) {
  const auto dims = WindowedDims(in, in.channels(), window);
  auto& node = state_->graph.AddNode("MaxPool", {in.name});
  SetWindow(node, window);
  return {node.output(0), dims};
}

Tensor ModelBuilder::AveragePool(const Tensor& in, const Window& window) {
  const auto dims = WindowedDims(in, in.channels(), window);
  auto& node = state_->graph.AddNode("AveragePool", {in.name});
  SetWindow(node, window);
  return {node.output(0), dims};
}

Tensor ModelBuilder::GlobalAveragePool(const Tensor& in) {
  return state_->Plain("GlobalAveragePool", in, {in.dims[0], in.channels(), 1, 1});
}

Tensor ModelBuilder::Flatten(const Tensor& in) {
  std::int64_t columns = 1;
  for (std::size_t i = 1; i < in.dims.size(); ++i) {
    BATCHSIZER_CHECK(in.dims[i] > 0);
    columns *= in.dims[i];
  }
  return state_->Plain("Flatten", in, {in.dims[0], columns});
}

Tensor ModelBuilder::Softmax(const Tensor& in) { return state_->Plain("Softmax", in, in.dims); }

Tensor ModelBuilder::Add(const Tensor& a, const Tensor& b) {
  const auto& dims = a.dims.size() >= b.dims.size() ? a.dims : b.dims;
  return {state_->graph.AddNode("Add", {a.name, b.name}).output(0), dims};
}

Tensor ModelBuilder::Multiply(const Tensor& a, const Tensor& b) {
  const auto& dims = a.dims.size() >= b.dims.size() ? a.dims : b.dims;
  return {state_->graph.AddNode("Mul", {a.name, b.name}).output(0), dims};
}

Tensor ModelBuilder::Concat(std::span<const Tensor> parts) {
  BATCHSIZER_CHECK(!parts.empty());
  auto dims = parts[0].dims;
  dims[1] = 0;
  auto& node = state_->graph.AddNode("Concat", {});
  GraphWriter::SetInt(node, "axis", 1);
  for (const Tensor& part : parts) {
    node.add_input(part.name);
    dims[1] += part.channels();
  }
  return {node.output(0), dims};
}

Tensor ModelBuilder::Transpose(const Tensor& in, std::span<const int> axes) {
  BATCHSIZER_CHECK(axes.size() == in.dims.size());
  const std::vector<std::int64_t> wide(axes.begin(), axes.end());
  std::vector<std::int64_t> dims;
  for (const int axis : axes) dims.push_back(in.dims[static_cast<std::size_t>(axis)]);
  auto& node = state_->graph.AddNode("Transpose", {in.name});
  GraphWriter::SetInts(node, "perm", wide);
  return {node.output(0), dims};
}

Tensor ModelBuilder::Cast(const Tensor& in, ElementType type) {
  auto& node = state_->graph.AddNode("Cast", {in.name});
  GraphWriter::SetInt(node, "to", OnnxTypeOf(type));
  return {node.output(0), in.dims};
}

Tensor ModelBuilder::Pad(const Tensor& in, const Margins& margins) {
  BATCHSIZER_CHECK(in.dims.size() == 4);
  const std::array<std::int64_t, 8> pads = {0, 0, margins.top,    margins.left,
                                            0, 0, margins.bottom, margins.right};
  auto& node = state_->graph.AddNode("Pad", {in.name});
  node.add_input(state_->graph.AddIntegers(node.name(), "pads", pads));
  auto dims = in.dims;
  if (dims[2] >= 0) dims[2] += margins.top + margins.bottom;
  if (dims[3] >= 0) dims[3] += margins.left + margins.right;
  return {node.output(0), dims};
}

Tensor ModelBuilder::Upsample(const Tensor& in, int factor) {
  const auto scale = static_cast<float>(factor);
  auto& node = state_->graph.AddNode("Resize", {in.name, ""});
  auto& scales = state_->graph.AddWeights(node.name(), "scales", std::array<std::int64_t, 1>{4});
  GraphWriter::Fill(scales, {1.0F, 1.0F, scale, scale});
  node.add_input(scales.name());
  auto dims = in.dims;
  for (std::size_t axis = 2; axis < dims.size(); ++axis) {
    if (dims[axis] > 0) dims[axis] *= factor;
  }
  return {node.output(0), dims};
}

void ModelBuilder::SetMetadata(std::string_view key, std::string_view value) {
  state_->graph.Metadata(key) = value;
}

const onnx::ModelProto& ModelBuilder::proto() const { return state_->graph.proto(); }

std::string ModelBuilder::Serialise() const {
  BATCHSIZER_CHECK(state_->data == WeightData::kGenerated);
  return state_->graph.proto().SerializeAsString();
}

Status ModelBuilder::Save(const std::string& path) const {
  return base::ReplaceFile(path, Serialise());
}

}  // namespace batchsizer::flow
