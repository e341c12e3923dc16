#include <fmt/format.h>

#include "cli/completion_script.h"

namespace batchsizer::cli {
namespace {

constexpr const char* kFixed = R"zsh(
# Offers its arguments: words, @file, @folder, and words before a file: trace:FILE.
_batchsizer_values() {
  local word ret=1
  for word in "$@"; do
    case $word in
      @file) _files && ret=0 ;;
      @folder) _files -/ && ret=0 ;;
      *FILE)
        if compset -P "${word%FILE}"; then
          _files && return 0
        else
          compadd -S '' -- "${word%FILE}" && ret=0
        fi
        ;;
      *) compadd -- "$word" && ret=0 ;;
    esac
  done
  return ret
}

# Loaded by name from a folder of functions, it runs at once; sourced, it is told of.
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _batchsizer "$@"
else
  compdef _batchsizer batchsizer
fi
)zsh";

std::string Escaped(const std::string& text, std::string_view special) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string FunctionOf(const CommandEntry& command) {
  return fmt::format("_batchsizer{}{}", command.path.empty() ? "" : "_",
                     fmt::join(command.path, "_"));
}

// ":what it is:what it may be" of a value.
std::string ValueSpec(const OptionEntry& option) {
  const auto words = ValueWords(option.hint);
  const std::string name = option.name.substr(option.name.find_first_not_of('-'));
  if (words.empty()) return fmt::format(":{}: ", name);
  std::string action = "_batchsizer_values";
  for (const auto& word : words) action += " " + Escaped(word, ":\\");
  return fmt::format(":{}:{}", name, action);
}

std::string OptionSpec(const OptionEntry& option) {
  const bool flag = option.value.empty();
  return fmt::format("{}{}[{}]{}", option.name, flag ? "" : "=",
                     Escaped(option.description, "[]:\\"), flag ? "" : ValueSpec(option));
}

std::vector<std::string> Specs(const CommandEntry& command, const CommandEntry& program) {
  std::vector<std::string> specs;
  for (const auto& option : command.options) specs.push_back(OptionSpec(option));
  if (&command != &program) {
    for (const auto& option : program.options) {
      if (option.name != "--help") specs.push_back(OptionSpec(option));
    }
  }
  for (const auto& positional : command.positionals) {
    specs.push_back((positional.repeats ? "*" : "") + ValueSpec(positional));
  }
  if (command.commands.empty()) return specs;
  std::string names;
  for (const auto& below : command.commands) {
    names += fmt::format(" {}\\:{}", below.name,
                         QuotedForShell(Escaped(Escaped(below.description, ":"), ":\\")));
  }
  specs.push_back(fmt::format(":command:(({}))", names));
  specs.emplace_back("*::rest:->rest");
  return specs;
}

std::string FunctionText(const CommandEntry& command, const CommandEntry& program) {
  std::string text = fmt::format(
      "{}() {{\n  local curcontext=$curcontext state line ret=1\n"
      "  typeset -A opt_args\n  _arguments -C",
      FunctionOf(command));
  for (const auto& spec : Specs(command, program)) text += " \\\n    " + QuotedForShell(spec);
  text += " && ret=0\n";
  if (!command.commands.empty()) {
    text += "  if [[ $state == rest ]]; then\n    case $line[1] in\n";
    for (const auto& below : command.commands) {
      text += fmt::format("      {}) {} && ret=0 ;;\n", below.name, FunctionOf(below));
    }
    text += "    esac\n  fi\n";
  }
  return text + "  return ret\n}\n\n";
}

}  // namespace

std::string ZshCompletion(const CommandEntry& program) {
  std::string text =
      "#compdef batchsizer\n# zsh completion of batchsizer, made by: batchsizer completion zsh\n\n";
  for (const auto* command : AllCommands(program)) text += FunctionText(*command, program);
  return text + (kFixed + 1);
}

}  // namespace batchsizer::cli
