#include "flow/model/network_weights.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "flow/model/builder.h"
#include "flow/model/zoo.h"

namespace batchsizer::flow {
namespace {

std::string_view MetadataOf(const onnx::ModelProto& model, std::string_view key) {
  for (const auto& entry : model.metadata_props()) {
    if (entry.key() == key) return entry.value();
  }
  return "";
}

std::int64_t Attribute(const onnx::NodeProto& node, std::string_view name, std::int64_t otherwise) {
  for (const auto& attribute : node.attribute()) {
    if (attribute.name() == name) return attribute.i();
  }
  return otherwise;
}

class Collector {
 public:
  explicit Collector(const onnx::ModelProto& model) : model_(model) {}

  std::vector<NetworkWeight> Collect() {
    for (const auto& tensor : model_.graph().initializer()) Add(tensor);
    for (const auto& node : model_.graph().node()) Visit(node);
    NoteBatchNorms();
    // Those of layers first, in their order; then the rest, as in the file.
    std::stable_sort(order_.begin(), order_.end());
    std::vector<NetworkWeight> sorted;
    for (const auto& [place, index] : order_) sorted.push_back(std::move(weights_[index]));
    return sorted;
  }

 private:
  static constexpr int kNoLayer = 1 << 30;

  void Add(const onnx::TensorProto& tensor) {
    if (tensor.data_type() != onnx::TensorProto::FLOAT || tensor.dims_size() == 0) return;
    places_.emplace(tensor.name(), weights_.size());
    order_.emplace_back(kNoLayer, weights_.size());
    weights_.push_back(
        {.name = tensor.name(), .form = {.dims = {tensor.dims().begin(), tensor.dims().end()}}});
  }

  NetworkWeight* Need(const onnx::NodeProto& node, int input) {
    if (node.input_size() <= input) return nullptr;
    const auto found = places_.find(node.input(input));
    if (found == places_.end()) return nullptr;
    NetworkWeight& weight = weights_[found->second];
    if (!weight.needed) order_[found->second].first = next_++;
    weight.needed = true;
    return &weight;
  }

  void Visit(const onnx::NodeProto& node) {
    const std::string& op = node.op_type();
    if (op == "Conv") VisitConv(node);
    if (op == "Gemm") VisitMatrix(node, Attribute(node, "transB", 0) != 0);
    if (op == "MatMul") VisitMatrix(node, false);
    if (op == "ConvTranspose" || op == "PRelu") {
      (void)Need(node, 1);
      (void)Need(node, 2);
    }
    if (op != "BatchNormalization") return;
    if (NetworkWeight* const gamma = Need(node, 1)) gamma->is_gamma = true;
    for (const int input : {2, 3, 4}) (void)Need(node, input);
  }

  void VisitConv(const onnx::NodeProto& node) {
    NetworkWeight* const filters = Need(node, 1);
    if (filters != nullptr && filters->form.dims.size() == 4) {
      filters->form.kind = WeightForm::Kind::kFilters;
      filters->form.groups = Attribute(node, "group", 1);
    }
    if (Need(node, 2) == nullptr || filters == nullptr) return;
    // Filters that two layers share have biases of their own only where both are the same.
    const bool shared = seen_.contains(filters->name) && filters->biases != node.input(2);
    filters->biases = shared ? "" : node.input(2);
    seen_.insert(filters->name);
  }

  void VisitMatrix(const onnx::NodeProto& node, bool out_first) {
    for (const int input : {0, 1}) {
      NetworkWeight* const matrix = Need(node, input);
      if (matrix == nullptr || matrix->form.dims.size() != 2 || input == 0) continue;
      matrix->form.kind = WeightForm::Kind::kMatrix;
      matrix->form.out_first = out_first;
    }
    (void)Need(node, 2);
  }

  // Lines "WEIGHTS SCOPE".
  void NoteBatchNorms() {
    for (const auto line : base::Split(MetadataOf(model_, kFoldedBatchNormsKey), '\n')) {
      const auto words = base::Split(line, ' ');
      if (words.size() != 2) continue;
      const auto found = places_.find(std::string(words[0]));
      if (found != places_.end()) weights_[found->second].batch_norm = words[1];
    }
  }

  const onnx::ModelProto& model_;
  std::vector<NetworkWeight> weights_;
  std::unordered_map<std::string, std::size_t> places_;
  std::vector<std::pair<int, std::size_t>> order_;  // place among the layers, weight
  std::unordered_set<std::string> seen_;            // filters
  int next_ = 0;
};

}  // namespace

Result<std::vector<NetworkWeight>> WeightsOf(const onnx::ModelProto& model) {
  for (const auto& tensor : model.graph().initializer()) {
    if (tensor.data_location() != onnx::TensorProto::EXTERNAL) continue;
    return MakeError(ErrorCode::kUnsupported,
                     fmt::format("weight '{}' is kept in a file beside the model; only models in "
                                 "one file can be filled",
                                 tensor.name()));
  }
  return Collector(model).Collect();
}

std::optional<double> EpsilonOf(const onnx::ModelProto& model) {
  return base::ParseNumber(MetadataOf(model, kBatchNormEpsilonKey));
}

}  // namespace batchsizer::flow
