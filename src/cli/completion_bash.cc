#include <fmt/format.h>

#include "cli/completion_script.h"

namespace batchsizer::cli {
namespace {

// What stays the same whatever the commands are. A command is written as /zoo/build.
constexpr const char* kFixed = R"bash(
# Offers those of its arguments that go on from $cur; $front stands before each.
_batchsizer_offer() {
  local word file
  for word in "$@"; do
    case $word in
      @file | @folder)
        while IFS= read -r file; do
          COMPREPLY+=("$front$file")
        done < <(if [[ $word == @file ]]; then compgen -f -- "$cur"; else compgen -d -- "$cur"; fi)
        compopt -o filenames 2>/dev/null
        ;;
      *FILE)
        word=${word%FILE}
        if [[ $cur == "$word"* ]]; then
          front=$front$word cur=${cur#"$word"} _batchsizer_offer @file
        elif [[ $word == "$cur"* ]]; then
          COMPREPLY+=("$front$word")
          compopt -o nospace 2>/dev/null
        fi
        ;;
      *) if [[ $word == "$cur"* ]]; then COMPREPLY+=("$front$word"); fi ;;
    esac
  done
}

_batchsizer() {
  local IFS=$' \t\n' command='' front='' waiting='' glued='' word cur whole
  local -a words=() values=()
  COMPREPLY=()
  # bash takes --device=emulated:p40 to pieces at "=" and ":"; here they are put together.
  for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if [[ ${#words[@]} -gt 0 && ($glued || $word == [:=]) ]]; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == [:=] ]]; then glued=yes; else glued=''; fi
  done
  cur=${words[${#words[@]} - 1]}
  whole=$cur
  for word in "${words[@]:1:${#words[@]}-2}"; do
    if [[ $waiting ]]; then
      waiting=''
    elif [[ $word == -* ]]; then
      if [[ $word != *=* ]] && _batchsizer_values "$command" "$word"; then waiting=$word; fi
    elif _batchsizer_is_command "$command/$word"; then
      command+=/$word
    fi
  done
  if [[ $waiting ]]; then
    _batchsizer_values "$command" "$waiting"
  elif [[ $cur == --*=* ]] && _batchsizer_values "$command" "${cur%%=*}"; then
    front=${cur%%=*}=
    cur=${cur#*=}
  elif [[ $cur == -* ]]; then
    _batchsizer_options "$command"
  else
    _batchsizer_words "$command"
  fi
  _batchsizer_offer "${values[@]}"
  # Only what follows the last of these is replaced on the command line.
  local breaks=${COMP_WORDBREAKS//[^:=]/}
  if [[ $breaks && ${#COMPREPLY[@]} -gt 0 ]]; then
    local before=${whole%"${whole##*["$breaks"]}"}
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
  fi
} && complete -F _batchsizer batchsizer
)bash";

std::string PathOf(const CommandEntry& command) {
  std::string path;
  for (const auto& name : command.path) path += "/" + name;
  return path;
}

std::string Quoted(const std::vector<std::string>& words) {
  std::string list;
  for (const auto& word : words) {
    if (!list.empty()) list += ' ';
    list += QuotedForShell(word);
  }
  return list;
}

std::string ListsOf(const CommandEntry& program) {
  std::string options;
  std::string words;
  std::string commands;
  for (const auto* command : AllCommands(program)) {
    std::vector<std::string> names;
    for (const auto& option : command->options) names.push_back(option.name);
    if (command != &program) {  // those of the program stand everywhere
      for (const auto& option : program.options) names.push_back(option.name);
      commands += fmt::format("    {}) ;;\n", QuotedForShell(PathOf(*command)));
    }
    options +=
        fmt::format("    {}) values=({}) ;;\n", QuotedForShell(PathOf(*command)), Quoted(names));
    std::vector<std::string> next;
    for (const auto& below : command->commands) next.push_back(below.name);
    for (const auto& positional : command->positionals) {
      for (const auto& word : ValueWords(positional.hint)) next.push_back(word);
    }
    words +=
        fmt::format("    {}) values=({}) ;;\n", QuotedForShell(PathOf(*command)), Quoted(next));
  }
  return fmt::format(
      "_batchsizer_options() {{\n  case $1 in\n{}  esac\n}}\n\n"
      "_batchsizer_words() {{\n  case $1 in\n{}  esac\n}}\n\n"
      "_batchsizer_is_command() {{\n  case $1 in\n{}    *) return 1 ;;\n  esac\n}}\n\n",
      options, words, commands);
}

std::string ValuesOf(const CommandEntry& program) {
  std::string cases;
  for (const auto* command : AllCommands(program)) {
    for (const auto& option : command->options) {
      if (option.value.empty()) continue;
      const std::string where = command == &program ? "*" : QuotedForShell(PathOf(*command));
      cases += fmt::format("    {}{}) values=({}) ;;\n", where, QuotedForShell(" " + option.name),
                           Quoted(ValueWords(option.hint)));
    }
  }
  return fmt::format(
      "# Fails for what takes no value.\n"
      "_batchsizer_values() {{\n  case \"$1 $2\" in\n{}    *) return 1 ;;\n  esac\n}}\n",
      cases);
}

}  // namespace

std::string QuotedForShell(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::vector<std::string> ValueWords(const ValueHint& hint) {
  std::vector<std::string> words = hint.words;
  if (hint.files) words.emplace_back("@file");
  if (hint.folders) words.emplace_back("@folder");
  return words;
}

std::string BashCompletion(const CommandEntry& program) {
  return "# bash completion of batchsizer, made by: batchsizer completion bash\n\n" +
         ListsOf(program) + ValuesOf(program) + kFixed;
}

}  // namespace batchsizer::cli
