// batchsizer manual: the manual page, made from the commands and their options.
#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/terminal.h"

namespace batchsizer::cli {
namespace {

constexpr std::string_view kExitCodes = "Exit codes: ";

constexpr const char* kDescription =
    R"(batchsizer owns the batch size of DNN inference. It watches power, changes the batch size
between two batches without restarting anything, and looks for the highest throughput that stays
at or under the power cap. The cap comes from outside and may move while it runs.
)";

constexpr const char* kEnd = R"(.SH FILES
.TP
.I CONFIG
of
.BR \-\-config :
TOML. Any option can stand in it by its name without dashes, under the name of its command:
.RS
.PP
.EX
quiet = true
[run]
model = "zoo:mobilenet\-v1"
power\-cap = "130W"
[zoo.build]
seed = 7
.EE
.RE
.TP
.I CAP
of
.B \-\-power\-cap
.RI file: CAP
One line: watts (120, 120W), or a percentage of the device's maximum (70%). Lines that start with #
are skipped. It may be rewritten or replaced at any time; SIGHUP has it read again.
.TP
.I ~/.cache/batchsizer/zoo
Networks that were built for
.BR zoo:NAME .
.SH ENVIRONMENT
.TP
.B BATCHSIZER_ONNXRUNTIME_ROOT
Folder with another build of ONNX Runtime.
.TP
.B XDG_CACHE_HOME
Instead of ~/.cache.
.SH SIGNALS
.TP
.BR SIGINT ", " SIGTERM
The batch in work is finished, the summary is printed, results so far are kept.
.TP
.B SIGHUP
The same; but where the cap is a watched file or a trace, that is read again, unless the terminal
has gone.
)";

// What roff would take for something else.
std::string Roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool line_starts = escaped.empty() || escaped.back() == '\n';
    if (line_starts && (c == '.' || c == '\'')) escaped += "\\&";
    switch (c) {
      case '\\':
        escaped += "\\e";
        break;
      case '-':
        escaped += "\\-";
        break;
      case '~':
        escaped += "\\(ti";
        break;
      case '^':
        escaped += "\\(ha";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// A sentence: descriptions have no full stop in the help.
std::string Sentence(const std::string& text) {
  return Roff(text) + (text.ends_with('.') ? "" : ".");
}

std::string OptionText(const OptionEntry& option) {
  const bool positional = !option.name.starts_with('-');
  std::string text = fmt::format(".TP\n\\f{}{}\\fR", positional ? 'I' : 'B', Roff(option.name));
  if (!positional && !option.value.empty()) text += fmt::format(" \\fI{}\\fR", option.value);
  if (option.repeats) text += " ...";
  text += "\n" + Sentence(option.description) + "\n";
  if (option.required) text += "Required.\n";
  if (!option.preset.empty()) text += fmt::format("Default: {}.\n", Roff(option.preset));
  return text;
}

// The examples of a footer, without their indentation.
std::string Examples(const std::string& footer) {
  std::string lines;
  for (const auto line : base::Split(footer, '\n')) {
    if (line.starts_with("  ")) lines += Roff(line.substr(2)) + "\n";
  }
  return lines.empty() ? "" : ".EX\n" + lines + ".EE\n";
}

std::string Synopsis(const CommandEntry& command) {
  std::string words = "\\fBbatchsizer";
  for (const auto& name : command.path) words += " " + Roff(name);
  words += "\\fR [\\fIOPTIONS\\fR]";
  for (const auto& positional : command.positionals) {
    words += fmt::format(" \\fI{}\\fR{}", Roff(positional.name), positional.repeats ? " ..." : "");
  }
  return words;
}

std::string CommandText(const CommandEntry& command) {
  std::string text = fmt::format(".SS batchsizer {}\n{}\n.PP\n{}\n",
                                 Roff(fmt::format("{}", fmt::join(command.path, " "))),
                                 Sentence(command.description), Synopsis(command));
  for (const auto& positional : command.positionals) text += OptionText(positional);
  for (const auto& option : command.options) {
    if (option.name != "--help") text += OptionText(option);
  }
  const std::string examples = Examples(command.footer);
  return text + (examples.empty() ? "" : ".PP\nExamples:\n.PP\n" + examples);
}

// "Exit codes: 0 done; 1 failed." as the help has it.
std::string ExitStatus(const std::string& footer) {
  const auto at = footer.find(kExitCodes);
  if (at == std::string::npos) return {};
  std::string text = ".SH EXIT STATUS\n";
  std::string codes = footer.substr(at + kExitCodes.size());
  if (codes.ends_with('.')) codes.pop_back();
  for (const auto part : base::Split(codes, ';')) {
    const std::string_view code = base::Trim(part);
    const auto blank = code.find(' ');
    text += fmt::format(".TP\n.B {}\n{}.\n", code.substr(0, blank), Roff(code.substr(blank + 1)));
  }
  return text;
}

std::string Manual(const CommandEntry& program) {
  std::string text = fmt::format(
      ".\\\" Made by: batchsizer manual\n"
      ".TH BATCHSIZER 1 \"\" \"batchsizer {}\" \"User Commands\"\n"
      ".SH NAME\nbatchsizer \\- {}\n.SH SYNOPSIS\n"
      "\\fBbatchsizer\\fR [\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n"
      ".SH DESCRIPTION\n{}.SH OPTIONS\nThese can stand with every command.\n",
      Roff(BATCHSIZER_VERSION), Roff("runs DNN inference under a power cap"), Roff(kDescription));
  for (const auto& option : program.options) text += OptionText(option);
  text += ".SH COMMANDS\n";
  for (const auto* command : AllCommands(program)) {
    if (command != &program && command->commands.empty()) text += CommandText(*command);
  }
  text += kEnd + ExitStatus(program.footer);
  text += ".SH EXAMPLES\n" + Examples(program.footer);
  return text + ".SH SEE ALSO\n.BR nvidia\\-smi (1)\n";
}

}  // namespace

void AddManual(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("manual", "Print the manual page, as roff");
  command->footer("Example:\n  batchsizer manual | man -l -");
  command->callback([&app, &exit_code] {
    WriteStdout(Manual(DescribeCommands(app)));
    exit_code = kDone;
  });
}

}  // namespace batchsizer::cli
