// batchsizer dataset: photos made up, for trying things out.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/option_hints.h"
#include "cli/terminal.h"
#include "flow/image/synthetic.h"

namespace batchsizer::cli {
namespace {

struct DatasetTexts {
  std::string out;
  int count = 200;
  std::uint64_t seed = 1;
};

int Dataset(const DatasetTexts& texts, const GlobalOptions& global) {
  if (texts.count < 1) {
    return Fail(
        {ErrorCode::kInvalidInput, fmt::format("--count: {} is not 1 or more", texts.count)});
  }
  if (auto ok = flow::WriteSyntheticPhotos(texts.out, texts.count, texts.seed); !ok) {
    return Fail(ok.error());
  }
  if (global.json) {
    PrintJson({{"folder", texts.out}, {"images", texts.count}, {"seed", texts.seed}});
  } else if (!global.quiet) {
    Print("{}: {} camera-like JPEGs of ImageNet-like sizes\n", texts.out, texts.count);
  }
  return kDone;
}

}  // namespace

void AddDataset(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<DatasetTexts>();
  auto* command = app.add_subcommand("dataset", "Make camera-like JPEGs of ImageNet-like sizes");
  command->footer("Example:\n  batchsizer dataset --out photos --count 200");
  HintFolder(command->add_option("--out", texts->out, "Folder to write to; made if missing"))
      ->required();
  command->add_option("--count", texts->count, "How many")->capture_default_str();
  command->add_option("--seed", texts->seed, "The same seed gives the same photos")
      ->capture_default_str();
  command->callback([texts, &global, &exit_code] { exit_code = Dataset(*texts, global); });
}

}  // namespace batchsizer::cli
