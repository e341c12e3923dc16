#include "flow/model/graph_writer.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <bit>

#include "flow/model/builder.h"
#include "flow/model/tensor_info.h"

namespace batchsizer::flow {
namespace {

// Known to every ONNX Runtime since 1.8.
constexpr std::int64_t kIrVersion = 7;
constexpr std::int64_t kOpset = 13;
// What an open size at each axis of an image tensor is called.
constexpr std::array<std::string_view, 4> kAxisNames = {"N", "C", "H", "W"};

void FillType(onnx::ValueInfoProto& value, ElementType type, std::span<const std::int64_t> dims) {
  auto& tensor = *value.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(OnnxTypeOf(type));
  for (std::size_t i = 0; i < dims.size(); ++i) {
    auto& dim = *tensor.mutable_shape()->add_dim();
    if (dims[i] >= 0) {
      dim.set_dim_value(dims[i]);
    } else {
      dim.set_dim_param(std::string(kAxisNames[std::min(i, kAxisNames.size() - 1)]));
    }
  }
}

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

onnx::AttributeProto& AddAttribute(onnx::NodeProto& node, std::string_view name,
                                   onnx::AttributeProto::AttributeType type) {
  auto& attribute = *node.add_attribute();
  attribute.set_name(std::string(name));
  attribute.set_type(type);
  return attribute;
}

}  // namespace

GraphWriter::GraphWriter(std::string_view name) : proto_(std::make_unique<onnx::ModelProto>()) {
  proto_->set_ir_version(kIrVersion);
  proto_->set_producer_name("batchsizer");
  auto& opset = *proto_->add_opset_import();
  opset.set_domain("");
  opset.set_version(kOpset);
  Metadata(kWeightsKey) = kGeneratedWeights;
  proto_->mutable_graph()->set_name(std::string(name));
}

GraphWriter::~GraphWriter() = default;

onnx::NodeProto& GraphWriter::AddNode(std::string_view op,
                                      std::initializer_list<std::string_view> inputs,
                                      std::string_view name) {
  const int place = proto_->graph().node_size();
  auto& node = *proto_->mutable_graph()->add_node();
  node.set_op_type(std::string(op));
  node.set_name(name.empty() ? fmt::format("{}_{}", op, place) : std::string(name));
  for (const std::string_view input : inputs) node.add_input(std::string(input));
  node.add_output(node.name() + ":0");
  return node;
}

void GraphWriter::SetInts(onnx::NodeProto& node, std::string_view name,
                          std::span<const std::int64_t> values) {
  auto& attribute = AddAttribute(node, name, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

void GraphWriter::SetInt(onnx::NodeProto& node, std::string_view name, std::int64_t value) {
  AddAttribute(node, name, onnx::AttributeProto::INT).set_i(value);
}

void GraphWriter::SetFloat(onnx::NodeProto& node, std::string_view name, float value) {
  AddAttribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}

void GraphWriter::SetString(onnx::NodeProto& node, std::string_view name, std::string_view value) {
  AddAttribute(node, name, onnx::AttributeProto::STRING).set_s(std::string(value));
}

onnx::TensorProto& GraphWriter::AddWeights(const std::string& layer, std::string_view role,
                                           std::span<const std::int64_t> dims) {
  auto& tensor = *proto_->mutable_graph()->add_initializer();
  tensor.set_name(fmt::format("{}/{}", layer, role));
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  return tensor;
}

void GraphWriter::Fill(onnx::TensorProto& tensor, const std::vector<float>& values) {
  tensor.set_raw_data(values.data(), values.size() * sizeof(float));
}

std::string GraphWriter::AddIntegers(const std::string& layer, std::string_view role,
                                     std::span<const std::int64_t> values) {
  auto& tensor = *proto_->mutable_graph()->add_initializer();
  tensor.set_name(fmt::format("{}/{}", layer, role));
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  tensor.set_raw_data(values.data(), values.size_bytes());
  return tensor.name();
}

void GraphWriter::AddScalar(std::string_view name, float value) {
  auto& tensor = *proto_->mutable_graph()->add_initializer();
  tensor.set_name(std::string(name));
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  Fill(tensor, {value});
}

std::string& GraphWriter::Metadata(std::string_view key) {
  for (auto& entry : *proto_->mutable_metadata_props()) {
    if (entry.key() == key) return *entry.mutable_value();
  }
  auto& entry = *proto_->add_metadata_props();
  entry.set_key(std::string(key));
  return *entry.mutable_value();
}

void GraphWriter::AddInput(std::string_view name, ElementType type,
                           std::span<const std::int64_t> dims) {
  auto& value = *proto_->mutable_graph()->add_input();
  value.set_name(std::string(name));
  FillType(value, type, dims);
}

void GraphWriter::AddOutput(const std::string& value, std::string_view name, ElementType type,
                            std::span<const std::int64_t> dims) {
  auto& graph = *proto_->mutable_graph();
  for (auto& node : *graph.mutable_node()) {
    for (auto& input : *node.mutable_input()) {
      if (input == value) input = std::string(name);
    }
    for (auto& output : *node.mutable_output()) {
      if (output == value) output = std::string(name);
    }
  }
  auto& info = *graph.add_output();
  info.set_name(std::string(name));
  FillType(info, type, dims);
}

}  // namespace batchsizer::flow
