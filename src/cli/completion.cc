// batchsizer completion: scripts with which shells complete command lines.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/completion_script.h"
#include "cli/terminal.h"

namespace batchsizer::cli {
namespace {

int Complete(CLI::App& app, const std::string& shell) {
  const CommandEntry program = DescribeCommands(app);
  if (shell == "bash") {
    WriteStdout(BashCompletion(program));
  } else if (shell == "zsh") {
    WriteStdout(ZshCompletion(program));
  } else if (shell == "fish") {
    WriteStdout(FishCompletion(program));
  } else {
    return Fail(
        {ErrorCode::kInvalidInput,
         fmt::format("shell: '{}' cannot be served; right would be bash, zsh or fish", shell)});
  }
  return kDone;
}

}  // namespace

void AddCompletion(CLI::App& app, int& exit_code) {
  auto shell = std::make_shared<std::string>();
  auto* command = app.add_subcommand("completion", "Print a script that completes command lines");
  command->footer(
      "Examples:\n"
      "  batchsizer completion bash > ~/.local/share/bash-completion/completions/batchsizer\n"
      "  batchsizer completion zsh > ~/.zfunc/_batchsizer\n"
      "  batchsizer completion fish > ~/.config/fish/completions/batchsizer.fish");
  HintWords(command->add_option("shell", *shell, "bash, zsh or fish"), {"bash", "zsh", "fish"})
      ->required();
  command->callback([shell, &app, &exit_code] { exit_code = Complete(app, *shell); });
}

}  // namespace batchsizer::cli
