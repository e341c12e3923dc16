// batchsizer zoo import: a safetensors file's numbers into a network of the zoo, or any
// ONNX file; zoo weights: what such a network needs.
#include "cli/zoo_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "cli/json_output.h"
#include "cli/model_option.h"
#include "cli/option_hints.h"
#include "cli/terminal.h"
#include "flow/model/import_plan.h"
#include "flow/model/import_weights.h"
#include "flow/model/zoo.h"

namespace batchsizer::cli {
namespace {

struct ImportTexts {
  std::string model;
  std::string weights;
  std::string map;
  std::string output;
};

// Neither a path nor a file that is there: taken for a network's name.
bool LooksLikeName(const std::string& model) {
  std::error_code error;
  return !model.empty() && !ZooName(model) && model.find('/') == std::string::npos &&
         !model.ends_with(".onnx") && !std::filesystem::exists(model, error);
}

// A network of the zoo may be named with "zoo:" in front or without.
Result<std::string> NetworkPath(const std::string& model) {
  const auto names = flow::ZooNames();
  const bool is_zoo = std::find(names.begin(), names.end(), model) != names.end();
  if (is_zoo) return ModelPath("zoo:" + model);
  if (!LooksLikeName(model)) return ModelPath(model);
  const auto unknown = flow::SummariseZooModel(model);  // says what the zoo has
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}; nor is there a file '{}'", unknown.error().message, model));
}

Result<std::optional<flow::WeightMap>> ReadMap(const std::string& path) {
  if (path.empty()) return std::optional<flow::WeightMap>();
  const auto text = base::ReadRegularFile(path);
  if (!text) return tl::unexpected(text.error());
  auto map = flow::ParseWeightMap(*text, path);
  if (!map) return tl::unexpected(map.error());
  return std::optional(*std::move(map));
}

bool AreSameFile(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error);
}

void Report(const ImportTexts& texts, const flow::WeightImport& done, const GlobalOptions& global) {
  if (!done.unused.empty()) {
    Say(fmt::format("{}: {} {} not used: {}", texts.weights, done.unused.size(),
                    done.unused.size() == 1 ? "tensor is" : "tensors are",
                    flow::FirstFew(done.unused)));
  }
  if (global.json) {
    PrintJson({{"model", texts.model},
               {"file", texts.output},
               {"weights", done.weights},
               {"batch_norms", done.batch_norms},
               {"unused", done.unused}});
  } else if (!global.quiet) {
    Print("{}: {} with {} weights from {}, {} batch norms folded in\n", texts.output, texts.model,
          done.weights, texts.weights, done.batch_norms);
  }
}

int Import(const ImportTexts& texts, const GlobalOptions& global) {
  const std::pair<std::string_view, const std::string&> inputs[] = {{"weights", texts.weights},
                                                                    {"map", texts.map}};
  for (const auto& [what, path] : inputs) {
    if (path.empty() || !AreSameFile(path, texts.output)) continue;
    return Fail("--output", {ErrorCode::kInvalidInput,
                             fmt::format("{}: is the file of the {}; it would be replaced",
                                         texts.output, what)});
  }
  const auto map = ReadMap(texts.map);
  if (!map) return Fail("--map", map.error());
  const auto network = NetworkPath(texts.model);
  if (!network) return Fail(network.error());
  const auto done = flow::ImportWeights(*network, texts.weights, *map, texts.output);
  if (!done) return Fail(done.error());
  Report(texts, *done, global);
  return kDone;
}

int Weights(const std::string& model, const GlobalOptions& global) {
  const auto path = NetworkPath(model);
  if (!path) return Fail(path.error());
  const auto network = flow::ReadNetworkForm(*path);
  if (!network) return Fail(network.error());
  if (!global.json) {
    Print("{}", flow::WeightMapText(*network));
    return kDone;
  }
  auto weights = nlohmann::ordered_json::array();
  for (const flow::NetworkWeight& weight : network->weights) {
    nlohmann::ordered_json entry{{"name", weight.name}, {"shape", weight.form.dims}};
    if (!weight.batch_norm.empty()) entry["batch_norm"] = weight.batch_norm;
    weights.push_back(std::move(entry));
  }
  PrintJson({{"model", model}, {"weights", weights}});
  return kDone;
}

// NAME of the zoo, or a file.
ValueHint NetworkHint() {
  const auto names = flow::ZooNames();
  return {.words = {names.begin(), names.end()}, .files = true};
}

}  // namespace

void AddZooImport(CLI::App& zoo, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<ImportTexts>();
  auto* command = zoo.add_subcommand("import", "Put real weights into one, or into an ONNX file");
  command->footer(
      "Examples:\n"
      "  batchsizer zoo import mobilenet-v1 --weights slim.safetensors --output m.onnx\n"
      "  batchsizer zoo weights resnet-v2-50 > map.toml   # then fill in the names\n"
      "  batchsizer zoo import resnet-v2-50 --weights w.safetensors --map map.toml "
      "--output r.onnx");
  Hint(command->add_option("model", texts->model, "Network of the zoo, or an .onnx file"),
       NetworkHint())
      ->required();
  HintFile(command->add_option("--weights", texts->weights, "Safetensors file with the weights"))
      ->required();
  HintFile(command->add_option("--map", texts->map,
                               "TOML file: which tensor fills which weight (default: by the "
                               "network's own names, TF-slim's)"));
  HintFile(command->add_option("--output", texts->output, "ONNX file to write"))->required();
  command->callback([texts, &global, &exit_code] { exit_code = Import(*texts, global); });

  auto* weights = zoo.add_subcommand("weights", "What it needs, as the skeleton of a --map");
  weights->footer("Example:\n  batchsizer zoo weights mobilenet-v1 > map.toml");
  Hint(weights->add_option("model", texts->model, "Network of the zoo, or an .onnx file"),
       NetworkHint())
      ->required();
  weights->callback([texts, &global, &exit_code] { exit_code = Weights(texts->model, global); });
}

}  // namespace batchsizer::cli
