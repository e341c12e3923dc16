// batchsizer conform: replays conformance vectors for Algorithm 1.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/option_hints.h"
#include "cli/terminal.h"
#include "sim/conformance.h"

namespace batchsizer::cli {
namespace {

struct ConformTexts {
  std::vector<std::string> files;
  bool print = false;
};

struct Replayed {
  std::string path;
  std::vector<int> chosen;
  std::vector<int> expected;
};

Result<Replayed> ReplayFile(const std::string& path, bool print) {
  const auto text = base::ReadFile(path);
  if (!text) return tl::unexpected(text.error());
  const auto test = sim::ParseConformanceCase(*text, path);
  if (!test) return tl::unexpected(test.error());
  if (!print && !test->expected_batch_per_epoch) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: field 'expected_batch_per_epoch' is missing; a list of batch "
                                 "sizes is needed (or use --print)",
                                 path));
  }
  auto chosen = sim::Replay(*test);
  if (!chosen) return Annotate(path, chosen.error());
  return Replayed{path, std::move(*chosen),
                  test->expected_batch_per_epoch.value_or(std::vector<int>{})};
}

// Says where the first difference is; true when there is none.
bool Compare(const Replayed& replayed) {
  const auto& [path, chosen, expected] = replayed;
  if (chosen == expected) return true;
  if (chosen.size() != expected.size()) {
    Print("FAIL {}: {} epochs replayed, {} expected\n", path, chosen.size(), expected.size());
    return false;
  }
  std::size_t epoch = 0;
  while (chosen[epoch] == expected[epoch]) ++epoch;
  Print("FAIL {}: epoch {}: batch size {}, expected {}\n", path, epoch, chosen[epoch],
        expected[epoch]);
  return false;
}

// One line a file; the number of those that differ.
int PrintComparison(const std::vector<Replayed>& cases, bool quiet) {
  int failed = 0;
  for (const auto& replayed : cases) {
    if (!Compare(replayed)) {
      ++failed;
    } else if (!quiet) {
      Print("ok   {}\n", replayed.path);
    }
  }
  return failed;
}

// Whether a file conforms is told where its expectation was looked at.
int PrintReport(const std::vector<Replayed>& cases, bool compared) {
  int failed = 0;
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& [path, chosen, expected] : cases) {
    nlohmann::ordered_json row{{"file", path}};
    if (compared) row["conforms"] = chosen == expected;
    row["batch_sizes"] = chosen;
    rows.push_back(std::move(row));
    failed += compared && chosen != expected ? 1 : 0;
  }
  nlohmann::ordered_json report;
  if (compared) report["failed"] = failed;
  report["cases"] = std::move(rows);
  PrintJson(report);
  return failed;
}

// One array a file.
void PrintChosen(const std::vector<Replayed>& cases) {
  for (const auto& replayed : cases) {
    Print("{}\n", nlohmann::json(replayed.chosen).dump());
  }
}

int Conform(const ConformTexts& texts, const GlobalOptions& global) {
  // All are read before anything is printed: bad input leaves stdout empty.
  std::vector<Replayed> cases;
  for (const auto& path : texts.files) {
    auto replayed = ReplayFile(path, texts.print);
    if (!replayed) return Fail(replayed.error());
    cases.push_back(std::move(*replayed));
  }
  if (texts.print && !global.json) {
    PrintChosen(cases);
    return kDone;
  }
  const int failed = global.json ? PrintReport(cases, /*compared=*/!texts.print)
                                 : PrintComparison(cases, global.quiet);
  return failed == 0 ? kDone : kFailed;
}

}  // namespace

void AddConform(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<ConformTexts>();
  auto* command = app.add_subcommand("conform", "Replay conformance vectors for Algorithm 1");
  command->footer("Example:\n  batchsizer conform test/conformance/*.json");
  HintFile(command->add_option("files", texts->files, "JSON files, one case each"))->required();
  command->add_flag("--print", texts->print,
                    "Print the batch sizes chosen, one JSON array a file (with --json: all in one "
                    "object); compare nothing");
  command->callback([texts, &global, &exit_code] { exit_code = Conform(*texts, global); });
}

}  // namespace batchsizer::cli
