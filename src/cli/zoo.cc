// batchsizer zoo: networks that can be built as ONNX files.
#include "flow/model/zoo.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>

#include "batchsizer/clock.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/json_output.h"
#include "cli/option_hints.h"
#include "cli/published_text.h"
#include "cli/terminal.h"
#include "cli/zoo_import.h"
#include "flow/model/published.h"

namespace batchsizer::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kAll = "all";
constexpr double kMillion = 1e6;

struct ZooTexts {
  std::string name;
  std::string output;
  std::uint64_t seed = flow::kDefaultZooSeed;
};

// A network of the zoo, and what is published of it.
struct Entry {
  flow::ModelSummary model;
  const flow::PublishedNetwork* published;
};

Result<std::vector<Entry>> Entries() {
  std::vector<Entry> entries;
  for (const auto name : flow::ZooNames()) {
    auto model = flow::SummariseZooModel(name);
    if (!model) return tl::unexpected(model.error());
    entries.push_back({*std::move(model), flow::FindPublished(name)});
  }
  return entries;
}

ordered_json ToJson(const Entry& entry) {
  const flow::ModelSummary& model = entry.model;
  ordered_json row{{"name", model.zoo_name},   {"image_size", model.input.height},
                   {"classes", model.classes}, {"parameters", model.parameters},
                   {"macs", model.macs},       {"file_bytes", model.file_bytes}};
  if (entry.published != nullptr) row["published"] = PublishedToJson(model, *entry.published);
  return row;
}

void PrintRow(const Entry& entry) {
  const flow::ModelSummary& model = entry.model;
  Print("{:<15} {:>9} {:>12.2f} {:>9.3f} {:>9.2f}", model.zoo_name,
        fmt::format("{0}x{0}", model.input.height),
        static_cast<double>(model.parameters) / kMillion, static_cast<double>(model.macs) / 1e9,
        static_cast<double>(model.file_bytes) / kMillion);
  if (entry.published != nullptr) {
    Print(" {:>11.2f} {:>11.2f}", entry.published->frozen_graph_mb, entry.published->complexity);
  }
  Print("\n");
}

void PrintTable(const std::vector<Entry>& entries) {
  Print("{:<15} {:>9} {:>12} {:>9} {:>9}   Table 1: MB  complexity\n", "name", "input",
        "parameters,M", "GMACs", "file,MB");
  for (const Entry& entry : entries) PrintRow(entry);
  Print(
      "Table 1's complexity is about 2 x the parameters in millions; it says nothing of the work "
      "an image takes.\n");
}

int List(const GlobalOptions& global) {
  if (global.quiet && !global.json) {
    for (const auto name : flow::ZooNames()) Print("{}\n", name);
    return kDone;
  }
  const auto entries = Entries();
  if (!entries) return Fail(entries.error());
  if (!global.json) {
    PrintTable(*entries);
    return kDone;
  }
  ordered_json rows = ordered_json::array();
  for (const Entry& entry : *entries) rows.push_back(ToJson(entry));
  PrintJson({{"networks", rows}});
  return kDone;
}

int BuildOne(const ZooTexts& texts, const GlobalOptions& global) {
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

Status MakeFolder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error || std::filesystem::is_directory(folder)) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: cannot be made: {}", folder, error.message()));
}

// Builds one of several; its row of the report.
Result<ordered_json> BuildInto(const std::string& folder, std::string_view name,
                               std::uint64_t seed) {
  const SteadyClock clock;
  const TimePoint start = clock.Now();
  const auto path = (std::filesystem::path(folder) / fmt::format("{}.onnx", name)).string();
  if (auto built = flow::BuildZooModel(name, path, seed); !built) {
    return tl::unexpected(built.error());
  }
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return ordered_json{{"model", name},
                      {"file", path},
                      {"file_bytes", error ? 0 : bytes},
                      {"time_s", ToSeconds(clock.Now() - start)}};
}

int BuildAll(const ZooTexts& texts, const GlobalOptions& global) {
  const std::string folder = texts.output.empty() ? "." : texts.output;
  if (auto made = MakeFolder(folder); !made) return Fail("--output", made.error());
  const bool talks = !global.json && !global.quiet;
  const std::atomic<bool>& stop = StopOnSignals();
  ordered_json rows = ordered_json::array();
  double time_s = 0;
  for (const auto name : flow::ZooNames()) {
    if (stop.load()) break;
    auto row = BuildInto(folder, name, texts.seed);
    if (!row) return Fail(row.error());
    const double took_s = (*row)["time_s"];
    time_s += took_s;
    if (talks) {
      Print("{:>2}/{}  {:6.2f} s  {:7.1f} MB  {}\n", rows.size() + 1, flow::ZooNames().size(),
            took_s, (*row)["file_bytes"].get<double>() / kMillion,
            (*row)["file"].get<std::string>());
    }
    rows.push_back(*std::move(row));
  }
  if (global.json) PrintJson({{"networks", rows}, {"time_s", time_s}});
  if (rows.size() < flow::ZooNames().size()) {
    Say(fmt::format("interrupted: {} of {} networks are built, whole, in {}", rows.size(),
                    flow::ZooNames().size(), folder));
    return kInterrupted;
  }
  if (talks) {
    Print("{:.2f} s (weights are generated: the work is real, predictions mean nothing)\n", time_s);
  }
  return kDone;
}

void AddList(CLI::App& zoo, const GlobalOptions& global, int& exit_code) {
  auto* list = zoo.add_subcommand("list", "What each is and costs, beside the paper's Table 1");
  list->footer(
      "Examples:\n"
      "  batchsizer zoo list --json\n"
      "  batchsizer zoo list --quiet                 only the names");
  list->callback([&global, &exit_code] { exit_code = List(global); });
}

void AddBuild(CLI::App& zoo, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<ZooTexts>();
  auto* build = zoo.add_subcommand("build", "Build one, or all, with generated weights");
  build->footer(
      "Examples:\n"
      "  batchsizer zoo build mobilenet-v1 --output mobilenet-v1.onnx\n"
      "  batchsizer zoo build all --output networks");
  const auto names = flow::ZooNames();
  std::vector<std::string> words(names.begin(), names.end());
  words.emplace_back(kAll);
  HintWords(build->add_option("name", texts->name, "Which, or: all"), words)->required();
  HintFile(build->add_option("--output", texts->output,
                             "File to write (default: NAME.onnx); of all: folder (default: .)"));
  build->add_option("--seed", texts->seed, "Seed of the weights")->capture_default_str();
  build->callback([texts, &global, &exit_code] {
    exit_code = texts->name == kAll ? BuildAll(*texts, global) : BuildOne(*texts, global);
  });
}

}  // namespace

void AddZoo(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto* zoo = app.add_subcommand("zoo", "The ten networks of the paper as ONNX files");
  zoo->footer(
      "Examples:\n"
      "  batchsizer zoo list\n"
      "  batchsizer zoo build mobilenet-v1 --output mobilenet-v1.onnx");
  zoo->require_subcommand(1);
  AddList(*zoo, global, exit_code);
  AddBuild(*zoo, global, exit_code);
  AddZooImport(*zoo, global, exit_code);
}

}  // namespace batchsizer::cli
