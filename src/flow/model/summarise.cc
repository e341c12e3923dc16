#include "flow/model/summarise.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include <algorithm>
#include <exception>
#include <map>
#include <unordered_set>
#include <utility>

#include "flow/model/builder.h"
#include "flow/model/image_input.h"
#include "flow/model/layer_costs.h"
#include "flow/model/weights.h"
#include "flow/model/zoo.h"

namespace batchsizer::flow {
namespace {

using Dims = std::map<std::string, std::int64_t>;  // a symbolic size's name -> its value

TensorInfo InfoOf(const onnx::ValueInfoProto& value) {
  const auto& tensor = value.type().tensor_type();
  TensorInfo info{.name = value.name(), .onnx_type = tensor.elem_type(), .dims = {}};
  for (const auto& dim : tensor.shape().dim()) {
    info.dims.push_back(dim.has_dim_value() ? dim.dim_value() : -1);
  }
  return info;
}

std::vector<TensorInfo> RequiredInputs(const onnx::GraphProto& graph) {
  std::unordered_set<std::string> defaults;
  for (const auto& tensor : graph.initializer()) defaults.insert(tensor.name());
  std::vector<TensorInfo> inputs;
  for (const auto& value : graph.input()) {
    if (!defaults.contains(value.name())) inputs.push_back(InfoOf(value));
  }
  return inputs;
}

int Classes(const std::vector<TensorInfo>& outputs) {
  for (const TensorInfo& output : outputs) {
    if (const auto classes = ClassesOf(output)) return static_cast<int>(std::max(0L, *classes));
  }
  return 0;
}

int OpsetOf(const onnx::ModelProto& proto) {
  for (const auto& opset : proto.opset_import()) {
    if (opset.domain().empty() || opset.domain() == "ai.onnx") {
      return static_cast<int>(opset.version());
    }
  }
  return 0;
}

// Empty when there is none.
std::string Metadata(const onnx::ModelProto& proto, std::string_view key) {
  for (const auto& entry : proto.metadata_props()) {
    if (entry.key() == key) return entry.value();
  }
  return "";
}

std::vector<std::int64_t> ResolvedDims(const ImageInput& image) {
  const InputSpec& spec = image.spec;
  const std::int64_t batch = image.fixed_batch_size.value_or(BatchSize(1)).value();
  if (spec.layout == ImageLayout::kNchw) return {batch, spec.channels, spec.height, spec.width};
  return {batch, spec.height, spec.width, spec.channels};
}

// Fills the image input's open sizes; returns what their names now stand for.
Dims ResolveInput(onnx::GraphProto& graph, const ImageInput& image) {
  Dims names;
  const auto dims = ResolvedDims(image);
  for (auto& value : *graph.mutable_input()) {
    if (value.name() != image.spec.name) continue;
    auto& shape = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
    for (int i = 0; i < shape.dim_size(); ++i) {
      const std::int64_t size = dims[static_cast<std::size_t>(i)];
      if (shape.dim(i).has_dim_param()) names.emplace(shape.dim(i).dim_param(), size);
      shape.mutable_dim(i)->set_dim_value(size);
    }
  }
  return names;
}

// The same names appear in the shapes that the exporter wrote down.
void Substitute(const Dims& names,
                google::protobuf::RepeatedPtrField<onnx::ValueInfoProto>& values) {
  for (auto& value : values) {
    if (!value.type().tensor_type().has_shape()) continue;
    for (auto& dim : *value.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim()) {
      const auto at = dim.has_dim_param() ? names.find(dim.dim_param()) : names.end();
      if (at != names.end()) dim.set_dim_value(at->second);
    }
  }
}

// Shapes hang on a weight's values only where it is small (the target of a Reshape, ...).
void CopyWeight(const onnx::TensorProto& from, onnx::TensorProto& to) {
  constexpr std::int64_t kSmall = 1024;
  if (BytesOf(from) <= kSmall) {
    to = from;
    return;
  }
  to.set_name(from.name());
  to.set_data_type(from.data_type());
  *to.mutable_dims() = from.dims();
}

// All that shape inference and the costs are made from: the values of the weights, which
// may be a gigabyte, stay behind.
onnx::ModelProto WithoutData(const onnx::ModelProto& proto) {
  onnx::ModelProto copy;
  copy.set_ir_version(proto.ir_version());
  *copy.mutable_opset_import() = proto.opset_import();
  *copy.mutable_functions() = proto.functions();
  const onnx::GraphProto& from = proto.graph();
  onnx::GraphProto& to = *copy.mutable_graph();
  to.set_name(from.name());
  *to.mutable_node() = from.node();
  *to.mutable_input() = from.input();
  *to.mutable_output() = from.output();
  *to.mutable_value_info() = from.value_info();
  *to.mutable_sparse_initializer() = from.sparse_initializer();
  for (const auto& tensor : from.initializer()) CopyWeight(tensor, *to.add_initializer());
  return copy;
}

onnx::ModelProto WithShapes(const onnx::ModelProto& proto, const ImageInput& image) {
  onnx::ModelProto copy = WithoutData(proto);
  onnx::GraphProto& graph = *copy.mutable_graph();
  const Dims names = ResolveInput(graph, image);
  Substitute(names, *graph.mutable_value_info());
  Substitute(names, *graph.mutable_output());
  try {
    onnx::shape_inference::InferShapes(copy);
  } catch (const std::exception&) {
    // What was inferred before the operator it stumbled over stays; the layers
    // without sizes are counted as unknown.
  }
  return copy;
}

void FillCosts(const onnx::ModelProto& proto, const ImageInput& image, ModelSummary& summary) {
  const onnx::ModelProto shaped = WithShapes(proto, image);
  const std::int64_t batch = image.fixed_batch_size.value_or(BatchSize(1)).value();
  LayerCosts costs = CostsOf(shaped.graph(), batch);
  summary.parameters = costs.parameters;
  summary.weight_bytes = costs.weight_bytes;
  summary.unknown_layers = costs.unknown_layers;
  summary.layers = std::move(costs.layers);
  for (const LayerCost& layer : summary.layers) {
    summary.macs += layer.macs;
    summary.activation_bytes += layer.output_bytes;
  }
}

Result<ModelSummary> Summarise(const OnnxModel& model, const SummaryOptions& options) {
  const onnx::ModelProto& proto = model.proto();
  auto inputs = RequiredInputs(proto.graph());
  const auto image = FindImageInput(inputs, options.image_size, options.layout);
  if (!image) return tl::unexpected(Annotate(model.path(), image.error()));
  ModelSummary summary{.path = model.path(),
                       .file_bytes = model.file_bytes(),
                       .opset = OpsetOf(proto),
                       .producer = proto.producer_name(),
                       .description = proto.doc_string(),
                       .generated_weights = Metadata(proto, kWeightsKey) == kGeneratedWeights,
                       .zoo_name = Metadata(proto, kZooKey),
                       .input = image->spec,
                       .dynamic_image_size = image->dynamic_image_size,
                       .fixed_batch_size = image->fixed_batch_size,
                       .inputs = std::move(inputs)};
  for (const auto& value : proto.graph().output()) summary.outputs.push_back(InfoOf(value));
  summary.classes = Classes(summary.outputs);
  FillCosts(proto, *image, summary);
  return summary;
}

}  // namespace

Result<ModelSummary> SummariseModel(const OnnxModel& model, const SummaryOptions& options) {
  try {
    return Summarise(model, options);
  } catch (const std::exception& e) {
    return MakeError(ErrorCode::kInternal, fmt::format("{}: {}", model.path(), e.what()));
  }
}

Result<ModelSummary> SummariseFile(const std::string& path, const SummaryOptions& options) {
  const auto model = OpenOnnxFile(path);
  if (!model) return tl::unexpected(model.error());
  return SummariseModel(*model, options);
}

}  // namespace batchsizer::flow
