#include <fmt/format.h>

#include "cli/completion_script.h"

namespace batchsizer::cli {
namespace {

constexpr const char* kFixed = R"fish(
# Whether the command line is within this command; / is none yet.
function __batchsizer_at
    set -l where
    set -l waiting no
    for word in (commandline -opc)[2..-1]
        if test $waiting = yes
            set waiting no
        else if contains -- $word $__batchsizer_value_options
            set waiting yes
        else if contains -- "$where/$word" $__batchsizer_commands
            set where "$where/$word"
        end
    end
    test "/$argv[1]" = "/$where"
end

# Prints its arguments: words, and words before a file: trace:FILE.
function __batchsizer_values
    set -l typed (commandline -ct | string replace -r -- '^--[^=]*=' '')
    for word in $argv
        if string match -q -- '*FILE' $word
            set -l front (string replace -r -- 'FILE$' '' $word)
            if string match -q -- "$front*" "$typed"
                for file in (__fish_complete_path (string sub -s (math (string length -- $front) + 1) -- $typed))
                    echo -- $front$file
                end
            else
                echo -- $front
            end
        else
            echo -- $word
        end
    end
end

complete -c batchsizer -f
)fish";

// fish knows two escapes within single quotes.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string PathOf(const CommandEntry& command) {
  std::string path;
  for (const auto& name : command.path) path += "/" + name;
  return path;
}

// How the value of an option or of a positional is completed.
std::string ValuePart(const ValueHint& hint) {
  std::string words;
  for (const auto& word : hint.words) words += " " + word;
  std::string part;
  if (!words.empty()) part += fmt::format(" -a '(__batchsizer_values{})'", words);
  if (hint.folders) part += " -a '(__fish_complete_directories (commandline -ct))'";
  return part + (hint.files ? " -F" : "");
}

std::string OptionLine(const OptionEntry& option, const std::string& condition) {
  std::string line = fmt::format("complete -c batchsizer{} -l {} -d {}", condition,
                                 option.name.substr(2), Quoted(option.description));
  if (!option.value.empty()) {
    line += (option.hint.files ? " -r" : " -x") + ValuePart(option.hint);
  }
  return line + "\n";
}

std::string LinesOf(const CommandEntry& command) {
  const bool program = command.path.empty();
  const std::string at = program ? " -n \"__batchsizer_at ''\""
                                 : fmt::format(" -n '__batchsizer_at {}'", PathOf(command));
  std::string lines;
  for (const auto& option : command.options) lines += OptionLine(option, program ? "" : at);
  for (const auto& below : command.commands) {
    lines += fmt::format("complete -c batchsizer{} -a {} -d {}\n", at, below.name,
                         Quoted(below.description));
  }
  for (const auto& positional : command.positionals) {
    const std::string part = ValuePart(positional.hint);
    if (!part.empty()) lines += fmt::format("complete -c batchsizer{}{}\n", at, part);
  }
  return lines;
}

}  // namespace

std::string FishCompletion(const CommandEntry& program) {
  std::string commands;
  std::string takers;
  std::string lines;
  for (const auto* command : AllCommands(program)) {
    if (!command->path.empty()) commands += " " + PathOf(*command);
    for (const auto& option : command->options) {
      if (!option.value.empty()) takers += " " + option.name;
    }
    lines += LinesOf(*command);
  }
  return fmt::format(
      "# fish completion of batchsizer, made by: batchsizer completion fish\n\n"
      "set -g __batchsizer_commands{}\nset -g __batchsizer_value_options{}\n{}\n{}",
      commands, takers, kFixed, lines);
}

}  // namespace batchsizer::cli
