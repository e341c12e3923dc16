// Completion scripts for shells, made from the commands and their options.
//
// Thread safety: free functions without state.
#pragma once

#include <string>

#include "cli/command_tree.h"

namespace batchsizer::cli {

[[nodiscard]] std::string BashCompletion(const CommandEntry& program);
[[nodiscard]] std::string ZshCompletion(const CommandEntry& program);
[[nodiscard]] std::string FishCompletion(const CommandEntry& program);

// For all three: text in single quotes, and what a value may be as words: those of the
// hint, @file, @folder.
[[nodiscard]] std::string QuotedForShell(const std::string& text);
[[nodiscard]] std::vector<std::string> ValueWords(const ValueHint& hint);

}  // namespace batchsizer::cli
