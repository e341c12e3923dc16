// batchsizer zoo: networks that can be built as ONNX files.
#include "flow/model/zoo.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/option_hints.h"
#include "cli/terminal.h"
#include "cli/zoo_import.h"

namespace batchsizer::cli {
namespace {

struct ZooTexts {
  std::string name;
  std::string output;
  std::uint64_t seed = flow::kDefaultZooSeed;
};

int List(const GlobalOptions& global) {
  if (global.json) {
    nlohmann::ordered_json names = nlohmann::ordered_json::array();
    for (const auto name : flow::ZooNames()) names.push_back(name);
    PrintJson({{"networks", names}});
    return kDone;
  }
  for (const auto name : flow::ZooNames()) Print("{}\n", name);
  return kDone;
}

int Build(const ZooTexts& texts, const GlobalOptions& global) {
  const std::string path = texts.output.empty() ? texts.name + ".onnx" : texts.output;
  if (auto built = flow::BuildZooModel(texts.name, path, texts.seed); !built) {
    return Fail(built.error());
  }
  if (global.json) {
    PrintJson({{"model", texts.name}, {"file", path}});
  } else if (!global.quiet) {
    Print("{} (weights are generated: its work is real, its predictions mean nothing)\n", path);
  }
  return kDone;
}

}  // namespace

void AddZoo(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<ZooTexts>();
  auto* zoo = app.add_subcommand("zoo", "Networks that can be built as ONNX files");
  zoo->footer(
      "Examples:\n"
      "  batchsizer zoo list\n"
      "  batchsizer zoo build mobilenet-v1 --output mobilenet-v1.onnx");
  zoo->require_subcommand(1);
  auto* list = zoo->add_subcommand("list", "Their names");
  list->footer("Example:\n  batchsizer zoo list --json");
  list->callback([&global, &exit_code] { exit_code = List(global); });
  auto* build = zoo->add_subcommand("build", "Build one, with generated weights");
  build->footer("Example:\n  batchsizer zoo build mobilenet-v1 --output mobilenet-v1.onnx");
  const auto names = flow::ZooNames();
  HintWords(build->add_option("name", texts->name, "Which"), {names.begin(), names.end()})
      ->required();
  HintFile(build->add_option("--output", texts->output, "File to write (default: NAME.onnx)"));
  build->add_option("--seed", texts->seed, "Seed of the weights")->capture_default_str();
  build->callback([texts, &global, &exit_code] { exit_code = Build(*texts, global); });
  AddZooImport(*zoo, global, exit_code);
}

}  // namespace batchsizer::cli
