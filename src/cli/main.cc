// batchsizer: the command line.
#include <memory>

#include "cli/commands.h"
#include "cli/config_file.h"
#include "cli/option_hints.h"
#include "cli/terminal.h"
#include "cli/usage.h"

namespace batchsizer::cli {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  batchsizer run --model zoo:mobilenet-v1 --images photos --power-cap 120W "
    "--device emulated:p40\n"
    "  batchsizer simulate --curve curve.csv --policy batchsizer --power-cap 150\n"
    "  batchsizer inspect model.onnx\n"
    "  batchsizer COMMAND --help\n"
    "Exit codes: 0 done; 1 failed; 2 bad usage or input; 3 done, but the cap could not be met; "
    "130 interrupted.";

int Main(int argc, char** argv) {
  CLI::App app{"Runs DNN inference under a power cap by changing the batch size.", "batchsizer"};
  GlobalOptions global;
  int exit_code = kDone;
  app.footer(kFooter);
  app.set_version_flag("--version", "batchsizer " BATCHSIZER_VERSION);
  HintFile(
      app.set_config("--config", "", "TOML file; any option can stand in it, under [COMMAND]"));
  app.config_formatter(std::make_shared<ConfigFile>(app));
  app.add_flag("--json", global.json, "Print the result as one JSON object on stdout");
  app.add_flag("--quiet", global.quiet, "Say only what went wrong");
  app.add_flag("--verbose", global.verbose, "A line for every window");
  app.require_subcommand(1);
  app.fallthrough();
  AddRun(app, global, exit_code);
  AddSimulate(app, global, exit_code);
  AddProfile(app, global, exit_code);
  AddConform(app, global, exit_code);
  AddInspect(app, global, exit_code);
  AddExplain(app, global, exit_code);
  AddDevices(app, global, exit_code);
  AddZoo(app, global, exit_code);
  AddExperiment(app, global, exit_code);
  AddDataset(app, global, exit_code);
  AddCompletion(app, exit_code);
  AddManual(app, exit_code);
  CheckValues(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return AnswerParseError(app, error);
  }
  return exit_code;
}

}  // namespace
}  // namespace batchsizer::cli

int main(int argc, char** argv) {
  try {
    batchsizer::cli::OpenClosedStreams();
    return batchsizer::cli::FinishStdout(batchsizer::cli::Main(argc, argv));
  } catch (const std::exception& error) {
    batchsizer::cli::PrintError("batchsizer: internal error: {}\n", error.what());
    return batchsizer::cli::kFailed;
  }
}
