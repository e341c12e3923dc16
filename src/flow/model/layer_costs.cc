#include "flow/model/layer_costs.h"

#include <onnx/onnx_pb.h>

#include <array>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "flow/model/tensor_info.h"
#include "flow/model/weights.h"

namespace batchsizer::flow {
namespace {

struct Sized {
  std::vector<std::int64_t> dims;
  std::int64_t elements = 0;
  std::int64_t bytes = 0;
  bool is_weight = false;
};
using Values = std::unordered_map<std::string, Sized>;

Sized WeightOf(const onnx::TensorProto& tensor) {
  return {.dims = {tensor.dims().begin(), tensor.dims().end()},
          .elements = ElementsOf(tensor).value_or(0),
          .bytes = BytesOf(tensor),
          .is_weight = true};
}

// Nothing where a size is open.
std::optional<Sized> ActivationOf(const onnx::ValueInfoProto& value) {
  if (!value.type().has_tensor_type() || !value.type().tensor_type().has_shape()) return {};
  const auto& tensor = value.type().tensor_type();
  Sized sized{.dims = {}, .elements = 1, .bytes = 0, .is_weight = false};
  for (const auto& dim : tensor.shape().dim()) {
    if (!dim.has_dim_value() || dim.dim_value() < 0) return {};
    sized.dims.push_back(dim.dim_value());
    sized.elements *= dim.dim_value();
  }
  sized.bytes = sized.elements * OnnxTypeBytes(tensor.elem_type());
  return sized;
}

void AddActivations(const google::protobuf::RepeatedPtrField<onnx::ValueInfoProto>& values,
                    Values& out) {
  for (const auto& value : values) {
    if (auto sized = ActivationOf(value)) out.try_emplace(value.name(), std::move(*sized));
  }
}

// A Constant node is a weight that some exporters write as a layer.
const onnx::TensorProto* ConstantOf(const onnx::NodeProto& node) {
  if (node.op_type() != "Constant") return nullptr;
  for (const auto& attribute : node.attribute()) {
    if (attribute.name() == "value" && attribute.has_t()) return &attribute.t();
  }
  return nullptr;
}

// Shapes, axes and the like are integers: they steer a layer, they are no weights.
bool IsParameter(const onnx::TensorProto& tensor) {
  const int type = tensor.data_type();
  return type != onnx::TensorProto::INT64 && type != onnx::TensorProto::BOOL &&
         type != onnx::TensorProto::STRING;
}

void AddWeight(const onnx::TensorProto& tensor, const std::string& name, Values& values,
               LayerCosts& costs) {
  const auto [at, is_new] = values.try_emplace(name, WeightOf(tensor));
  if (!is_new || !IsParameter(tensor)) return;
  costs.parameters += at->second.elements;
  costs.weight_bytes += at->second.bytes;
}

Values CollectValues(const onnx::GraphProto& graph, LayerCosts& costs) {
  Values values;
  for (const auto& tensor : graph.initializer()) AddWeight(tensor, tensor.name(), values, costs);
  for (const auto& node : graph.node()) {
    const auto* constant = ConstantOf(node);
    if (constant != nullptr) AddWeight(*constant, node.output(0), values, costs);
  }
  AddActivations(graph.input(), values);
  AddActivations(graph.value_info(), values);
  AddActivations(graph.output(), values);
  return values;
}

const Sized* Find(const Values& values, const std::string& name) {
  const auto at = values.find(name);
  return at == values.end() ? nullptr : &at->second;
}

const Sized* Input(const onnx::NodeProto& node, int index, const Values& values) {
  return index < node.input_size() ? Find(values, node.input(index)) : nullptr;
}

// Which input a product's cost is read from, by operator.
enum class Product { kConvolution, kTransposedConvolution, kMatrix };
struct ProductRow {
  std::string_view op;
  Product kind;
  int input;  // the convolution's filter; the matrix product's left side
};
constexpr std::array<ProductRow, 9> kProducts = {
    {{"Conv", Product::kConvolution, 1},
     {"ConvInteger", Product::kConvolution, 1},
     {"QLinearConv", Product::kConvolution, 3},
     {"FusedConv", Product::kConvolution, 1},
     {"ConvTranspose", Product::kTransposedConvolution, 1},
     {"MatMul", Product::kMatrix, 0},
     {"MatMulInteger", Product::kMatrix, 0},
     {"QLinearMatMul", Product::kMatrix, 0},
     {"Gemm", Product::kMatrix, 0}}};

const ProductRow* ProductOf(const onnx::NodeProto& node) {
  for (const ProductRow& row : kProducts) {
    if (node.op_type() == row.op) return &row;
  }
  return nullptr;
}

bool IsTransposed(const onnx::NodeProto& node) {
  for (const auto& attribute : node.attribute()) {
    if (attribute.name() == "transA") return attribute.i() != 0;
  }
  return false;
}

// Accumulations into one output element (of a transposed convolution: out of
// one input element). nullopt if the shapes do not say.
std::optional<std::int64_t> Depth(const onnx::NodeProto& node, Product kind, const Sized& operand) {
  if (operand.dims.empty()) return std::nullopt;
  if (kind == Product::kMatrix) return IsTransposed(node) ? operand.dims[0] : operand.dims.back();
  return operand.dims[0] > 0 ? std::optional(operand.elements / operand.dims[0]) : std::nullopt;
}

// nullopt: a product whose shapes are unknown.
std::optional<std::int64_t> MacsOf(const onnx::NodeProto& node, const Values& values) {
  const ProductRow* row = ProductOf(node);
  if (row == nullptr) return 0;
  const Sized* operand = Input(node, row->input, values);
  const bool transposed = row->kind == Product::kTransposedConvolution;
  const Sized* counted = transposed ? Input(node, 0, values) : Find(values, node.output(0));
  if (operand == nullptr || counted == nullptr) return std::nullopt;
  const auto depth = Depth(node, row->kind, *operand);
  return depth ? std::optional(counted->elements * *depth) : std::nullopt;
}

// Adds up the node's inputs; false if one of them has no known size.
bool AddInputs(const onnx::NodeProto& node, const Values& values, LayerCost& cost) {
  bool known = true;
  for (const std::string& name : node.input()) {
    if (name.empty()) continue;  // an optional input that is left out
    const Sized* input = Find(values, name);
    known &= input != nullptr;
    if (input != nullptr) (input->is_weight ? cost.weight_bytes : cost.input_bytes) += input->bytes;
  }
  return known;
}

bool AddOutputs(const onnx::NodeProto& node, const Values& values, LayerCost& cost) {
  // Further outputs (a mask, running means) are seldom used and never large.
  const Sized* output = node.output_size() > 0 ? Find(values, node.output(0)) : nullptr;
  if (output != nullptr) cost.output_bytes += output->bytes;
  return output != nullptr;
}

LayerCost CostOf(const onnx::NodeProto& node, const Values& values, std::int64_t batch,
                 int& unknown_layers) {
  LayerCost cost{.name = !node.name().empty()     ? node.name()
                         : node.output_size() > 0 ? node.output(0)
                                                  : "",
                 .op = node.op_type()};
  const bool inputs_known = AddInputs(node, values, cost);
  const bool outputs_known = AddOutputs(node, values, cost);
  const auto macs = MacsOf(node, values);
  if (!inputs_known || !outputs_known || !macs) ++unknown_layers;
  cost.macs = macs.value_or(0) / batch;
  cost.input_bytes /= batch;
  cost.output_bytes /= batch;
  return cost;
}

}  // namespace

LayerCosts CostsOf(const onnx::GraphProto& graph, std::int64_t batch) {
  LayerCosts costs;
  const Values values = CollectValues(graph, costs);
  for (const auto& node : graph.node()) {
    if (node.op_type() == "Constant") continue;
    costs.layers.push_back(CostOf(node, values, batch, costs.unknown_layers));
  }
  return costs;
}

}  // namespace batchsizer::flow
