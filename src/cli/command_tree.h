// The commands and their options as plain values, read from what the program itself
// parses with. Completions and the manual are made of it, so they cannot go stale.
//
// Thread safety: one thread at a time.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/option_hints.h"

namespace batchsizer::cli {

struct OptionEntry {
  std::string name;   // "--policy"; of a positional: "model"
  std::string value;  // "TEXT", "INT", ...; empty: a flag
  std::string description;
  std::string preset;  // what it is without; empty: nothing to tell
  ValueHint hint;
  bool required = false;
  bool repeats = false;
};

struct CommandEntry {
  std::string name;
  std::vector<std::string> path;  // {"zoo", "build"}; of the program: {}
  std::string description;
  std::string footer;
  std::vector<OptionEntry> options;
  std::vector<OptionEntry> positionals;
  std::vector<CommandEntry> commands;
};

[[nodiscard]] CommandEntry DescribeCommands(CLI::App& app);

// The command and all below it, it first.
[[nodiscard]] std::vector<const CommandEntry*> AllCommands(const CommandEntry& command);

}  // namespace batchsizer::cli
