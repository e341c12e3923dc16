#include "flow/model/import_weights.h"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <new>
#include <unordered_map>
#include <utility>

#include "base/output_file.h"
#include "flow/model/builder.h"
#include "flow/model/import_plan.h"
#include "flow/model/layout_choice.h"
#include "flow/model/onnx_file.h"
#include "flow/model/safetensors.h"

namespace batchsizer::flow {
namespace {

std::size_t ElementsIn(const std::vector<std::int64_t>& dims) {
  std::size_t elements = 1;
  for (const std::int64_t dim : dims) elements *= static_cast<std::size_t>(dim);
  return elements;
}

// What a folded batch norm does to each output of a convolution: y = x scale + shift.
struct Folding {
  std::vector<double> scale;
  std::vector<double> shift;
};

class Filler {
 public:
  Filler(onnx::GraphProto& graph, const SafetensorsFile& file, const ImportPlan& plan)
      : file_(file), plan_(plan), layouts_(plan, file) {
    for (auto& tensor : *graph.mutable_initializer()) tensors_.emplace(tensor.name(), &tensor);
  }

  // What a batch norm is folded into comes first, so that it is there for the biases.
  Result<WeightImport> Fill() {
    for (const PlannedWeight& planned : plan_.weights) {
      auto values = Values(planned);
      if (!values) return tl::unexpected(values.error());
      if (planned.norm) {
        auto folding = ReadFolding(planned);
        if (!folding) return tl::unexpected(folding.error());
        ScaleOutputs(*values, folding->scale);
        foldings_.insert_or_assign(planned.weight.biases, *std::move(folding));
        ++done_.batch_norms;
      }
      if (const auto found = foldings_.find(planned.weight.name); found != foldings_.end()) {
        Apply(found->second, *values);
      }
      if (auto finite = CheckFinite(planned, *values); !finite) {
        return tl::unexpected(finite.error());
      }
      Store(planned.weight.name, *values);
      ++done_.weights;
    }
    done_.unused = plan_.unused;
    return std::move(done_);
  }

 private:
  Result<std::vector<float>> Values(const PlannedWeight& planned) {
    const WeightForm& form = planned.weight.form;
    if (planned.from.empty()) return std::vector<float>(ElementsIn(form.dims), planned.fill);
    const bool as_it_is =
        form.kind == WeightForm::Kind::kOther || planned.layout == WeightLayout::kSame;
    if (as_it_is) {
      if (file_.Find(planned.from)->shape != form.dims) return DoesNotFit(planned, file_);
      return file_.Read(planned.from);
    }
    const auto view = layouts_.Choose(planned);
    if (!view) return tl::unexpected(view.error());
    const auto values = file_.Read(planned.from);
    if (!values) return tl::unexpected(values.error());
    return Rearranged(*values, *view, form);
  }

  // A tensor with one value an output; otherwise: where name is empty.
  Result<std::vector<float>> PerOutput(const std::string& name, const NetworkWeight& weight,
                                       float otherwise) const {
    const std::int64_t outputs = weight.form.dims[0];
    if (name.empty()) return std::vector<float>(static_cast<std::size_t>(outputs), otherwise);
    const auto& shape = file_.Find(name)->shape;
    if (shape == std::vector<std::int64_t>{outputs}) return file_.Read(name);
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: tensor '{}' is {}; the batch norm behind '{}' needs {}, one "
                                 "value an output",
                                 file_.path(), name, ShapeText(shape), weight.name, outputs));
  }

  Result<Folding> ReadFolding(const PlannedWeight& planned) const {
    const NetworkWeight& weight = planned.weight;
    const PlannedNorm& norm = *planned.norm;
    const auto gamma = PerOutput(norm.gamma, weight, 1.0F);
    const auto beta = PerOutput(norm.beta, weight, 0.0F);
    const auto mean = PerOutput(norm.mean, weight, 0.0F);
    const auto variance = PerOutput(norm.variance, weight, 1.0F);
    for (const auto* part : {&gamma, &beta, &mean, &variance}) {
      if (!*part) return tl::unexpected(part->error());
    }
    Folding folding;
    for (std::size_t i = 0; i < gamma->size(); ++i) {
      const double spread = static_cast<double>((*variance)[i]) + norm.epsilon;
      if ((*variance)[i] < 0 || spread <= 0) {
        return MakeError(ErrorCode::kInvalidInput,
                         fmt::format("{}: tensor '{}' holds {} at place {}; a variance with "
                                     "epsilon {} must be above 0",
                                     file_.path(), norm.variance, (*variance)[i], i, norm.epsilon));
      }
      const double scale = static_cast<double>((*gamma)[i]) / std::sqrt(spread);
      folding.scale.push_back(scale);
      folding.shift.push_back(static_cast<double>((*beta)[i]) -
                              static_cast<double>((*mean)[i]) * scale);
    }
    return folding;
  }

  // Filters of one output lie together.
  static void ScaleOutputs(std::vector<float>& filters, const std::vector<double>& scale) {
    if (filters.empty()) return;
    const std::size_t each = filters.size() / scale.size();
    for (std::size_t i = 0; i < filters.size(); ++i) {
      filters[i] = static_cast<float>(static_cast<double>(filters[i]) * scale[i / each]);
    }
  }

  static void Apply(const Folding& folding, std::vector<float>& biases) {
    for (std::size_t i = 0; i < biases.size(); ++i) {
      biases[i] =
          static_cast<float>(static_cast<double>(biases[i]) * folding.scale[i] + folding.shift[i]);
    }
  }

  // Tensors are finite, but a batch norm may scale them beyond float32.
  [[nodiscard]] Status CheckFinite(const PlannedWeight& planned,
                                   const std::vector<float>& values) const {
    const auto odd =
        std::find_if(values.begin(), values.end(), [](float x) { return !std::isfinite(x); });
    if (odd == values.end()) return {};
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: with its batch norm folded in, weight '{}' would hold {} at "
                                 "place {}; its numbers must stay finite as float32",
                                 file_.path(), planned.weight.name, *odd, odd - values.begin()));
  }

  void Store(const std::string& name, const std::vector<float>& values) {
    onnx::TensorProto& tensor = *tensors_.at(name);
    tensor.clear_float_data();
    tensor.set_raw_data(values.data(), values.size() * sizeof(float));
  }

  const SafetensorsFile& file_;
  const ImportPlan& plan_;
  LayoutChoice layouts_;
  std::unordered_map<std::string, onnx::TensorProto*> tensors_;
  std::unordered_map<std::string, Folding> foldings_;  // by the biases' name
  WeightImport done_;
};

// So that nobody says any longer that predictions mean nothing.
void MarkImported(onnx::ModelProto& model, const std::string& weights) {
  bool marked = false;
  for (auto& entry : *model.mutable_metadata_props()) {
    if (entry.key() != kWeightsKey) continue;
    entry.set_value(std::string(kImportedWeights));
    marked = true;
  }
  if (!marked) {
    auto& entry = *model.add_metadata_props();
    entry.set_key(std::string(kWeightsKey));
    entry.set_value(std::string(kImportedWeights));
  }
  model.set_doc_string(fmt::format("{}; weights imported from {}", model.graph().name(),
                                   std::filesystem::path(weights).filename().string()));
}

Status Save(const onnx::ModelProto& model, const std::string& output) {
  std::string bytes;
  if (!model.SerializeToString(&bytes)) {
    return MakeError(
        ErrorCode::kUnsupported,
        fmt::format("{}: the model is larger than the 2 GiB that fit in one ONNX file", output));
  }
  return base::ReplaceFile(output, bytes);
}

Result<WeightImport> Import(const OnnxModel& network, const SafetensorsFile& file,
                            const std::optional<WeightMap>& map, const std::string& output) {
  const auto weights = WeightsOf(network.proto());
  if (!weights) return Annotate(network.path(), weights.error());
  auto plan = PlanImport(*weights, file, map, EpsilonOf(network.proto()));
  if (!plan) return tl::unexpected(plan.error());
  if (plan->weights.empty()) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: has no weights that could be filled", network.path()));
  }
  onnx::ModelProto filled = network.proto();
  auto done = Filler(*filled.mutable_graph(), file, *plan).Fill();
  if (!done) return done;
  MarkImported(filled, file.path());
  if (auto saved = Save(filled, output); !saved) return tl::unexpected(saved.error());
  return done;
}

// The line of one weight; those that a batch norm fills stand as a comment.
std::string MapLine(const NetworkWeight& weight, bool is_folded) {
  const std::string shape = ShapeText(weight.form.dims);
  if (is_folded) {
    return fmt::format("# {0}: from the batch norm in front\n# \"{1}\" = \"{1}\"\n", shape,
                       weight.name);
  }
  if (weight.batch_norm.empty())
    return fmt::format("# {0}\n\"{1}\" = \"{1}\"\n", shape, weight.name);
  return fmt::format("# {0}\n\"{1}\" = {{ from = \"{1}\", batch_norm = \"{2}\" }}\n", shape,
                     weight.name, weight.batch_norm);
}

}  // namespace

Result<WeightImport> ImportWeights(const std::string& model, const std::string& weights,
                                   const std::optional<WeightMap>& map, const std::string& output) {
  const auto file = SafetensorsFile::Open(weights);
  if (!file) return tl::unexpected(file.error());
  const auto network = OpenOnnxFile(model);
  if (!network) return tl::unexpected(network.error());
  try {
    return Import(*network, *file, map, output);
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorCode::kOutOfMemory,
                     fmt::format("{}: no memory for the network with its weights", model));
  }
}

Result<NetworkForm> ReadNetworkForm(const std::string& model) {
  const auto network = OpenOnnxFile(model);
  if (!network) return tl::unexpected(network.error());
  auto weights = WeightsOf(network->proto());
  if (!weights) return Annotate(model, weights.error());
  std::erase_if(*weights, [](const NetworkWeight& weight) { return !weight.needed; });
  return NetworkForm{*std::move(weights), EpsilonOf(network->proto())};
}

std::string WeightMapText(const NetworkForm& network) {
  std::string text =
      "# Which tensor of a safetensors file fills which weight; docs/zoo-import.md explains it.\n";
  if (network.epsilon) {
    text += fmt::format("epsilon = {}  # of the batch norms\n", *network.epsilon);
  }
  text += "\n[weights]\n";
  std::unordered_map<std::string, bool> folded;
  for (const NetworkWeight& weight : network.weights) {
    if (!weight.batch_norm.empty()) folded.emplace(weight.biases, true);
    text += MapLine(weight, folded.contains(weight.name));
  }
  return text;
}

}  // namespace batchsizer::flow
