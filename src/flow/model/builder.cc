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
  const std::int64_t room = window.padding == Padding::kSame ? side : side - kernel + 1;
  return (room + window.stride - 1) / window.stride;
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
  GraphWriter::SetString(node, "auto_pad",
                         window.padding == Padding::kSame ? "SAME_UPPER" : "VALID");
}

float HeDeviation(std::int64_t fan_in) { return std::sqrt(2.0F / static_cast<float>(fan_in)); }

}  // namespace

struct ModelBuilder::State {
  State(std::string_view name, std::uint64_t seed) : graph(name), random(seed) {
    graph.proto().set_doc_string(fmt::format(
        "{}; weights generated from seed {}: the work is real, predictions mean nothing", name,
        seed));
  }

  // A layer with one input, no weights and no attributes.
  Tensor Plain(std::string_view op, const Tensor& in, std::vector<std::int64_t> dims) {
    return {graph.AddNode(op, {in.name}).output(0), std::move(dims)};
  }

  // One value a channel.
  void AddFilled(onnx::NodeProto& node, std::string_view role, std::int64_t count, float value) {
    const std::array<std::int64_t, 1> shape = {count};
    const std::vector<float> values(static_cast<std::size_t>(count), value);
    node.add_input(graph.AddWeights(node.name(), role, values, shape));
  }

  GraphWriter graph;
  RandomWeights random;
  int scalars = 0;
};

ModelBuilder::ModelBuilder(std::string_view name, std::uint64_t seed)
    : state_(std::make_unique<State>(name, seed)) {}
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

Tensor ModelBuilder::Conv(const Tensor& in, int channels, const Window& window) {
  return GroupConv(in, channels, 1, window);
}

Tensor ModelBuilder::DepthwiseConv(const Tensor& in, const Window& window) {
  const auto channels = static_cast<int>(in.channels());
  return GroupConv(in, channels, channels, window);
}

Tensor ModelBuilder::GroupConv(const Tensor& in, int channels, int groups, const Window& window) {
  const auto dims = WindowedDims(in, channels, window);
  BATCHSIZER_CHECK(in.channels() % groups == 0 && channels % groups == 0);
  const std::int64_t depth = in.channels() / groups * window.height * window.width;
  const std::array<std::int64_t, 4> shape = {channels, in.channels() / groups, window.height,
                                             window.width};
  auto& node = state_->graph.AddNode("Conv", {in.name});
  SetWindow(node, window);
  GraphWriter::SetInt(node, "group", groups);
  node.add_input(state_->graph.AddWeights(
      node.name(), "weights",
      groups == in.channels()
          ? state_->random.SharedFilters(channels, depth, HeDeviation(depth))
          : state_->random.MirroredFilters(channels, in.channels() / groups, shape[2] * shape[3],
                                           HeDeviation(depth)),
      shape));
  // A bias would push every image the same way, a little more each layer.
  state_->AddFilled(node, "bias", channels, 0.0F);
  return {node.output(0), dims};
}

Tensor ModelBuilder::Gemm(const Tensor& in, int units, float gain) {
  BATCHSIZER_CHECK(in.dims.size() == 2);
  const std::int64_t depth = in.dims[1];
  const std::array<std::int64_t, 2> shape = {units, depth};
  const float deviation = gain / std::sqrt(static_cast<float>(depth));
  auto& node = state_->graph.AddNode("Gemm", {in.name});
  GraphWriter::SetInt(node, "transB", 1);
  node.add_input(state_->graph.AddWeights(
      node.name(), "weights", state_->random.MirroredFilters(units, depth, 1, deviation), shape));
  state_->AddFilled(node, "bias", units, 0.0F);
  return {node.output(0), {in.dims[0], units}};
}

Tensor ModelBuilder::BatchNorm(const Tensor& in) {
  auto& node = state_->graph.AddNode("BatchNormalization", {in.name});
  state_->AddFilled(node, "scale", in.channels(), 1.0F);
  state_->AddFilled(node, "bias", in.channels(), 0.0F);
  state_->AddFilled(node, "mean", in.channels(), 0.0F);
  state_->AddFilled(node, "variance", in.channels(), 1.0F);
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

Tensor ModelBuilder::Upsample(const Tensor& in, int factor) {
  const std::vector<float> scales = {1.0F, 1.0F, static_cast<float>(factor),
                                     static_cast<float>(factor)};
  const std::array<std::int64_t, 1> shape = {4};
  auto& node = state_->graph.AddNode("Resize", {in.name, ""});
  node.add_input(state_->graph.AddWeights(node.name(), "scales", scales, shape));
  auto dims = in.dims;
  for (std::size_t axis = 2; axis < dims.size(); ++axis) {
    if (dims[axis] > 0) dims[axis] *= factor;
  }
  return {node.output(0), dims};
}

std::string ModelBuilder::Serialise() const { return state_->graph.proto().SerializeAsString(); }

Status ModelBuilder::Save(const std::string& path) const {
  return base::ReplaceFile(path, Serialise());
}

}  // namespace batchsizer::flow
