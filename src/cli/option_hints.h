// What the value of an option may be, told where the option is added, for the shells'
// completion and the manual. It checks nothing: the option's own reader does.
//
// Thread safety: one thread at a time.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace batchsizer::cli {

struct ValueHint {
  // Words to offer. One that ends in FILE stands for what is before it and a file's
  // name, such as trace:FILE.
  std::vector<std::string> words{};
  bool files = false;
  bool folders = false;
};

// Notes the hint with the option; gives the option back, for more of the kind.
CLI::Option* Hint(CLI::Option* option, const ValueHint& hint);
CLI::Option* HintFile(CLI::Option* option);
CLI::Option* HintFolder(CLI::Option* option);
CLI::Option* HintWords(CLI::Option* option, std::vector<std::string> words);

// What was noted; nothing when nothing was.
[[nodiscard]] ValueHint HintOf(CLI::Option& option);

}  // namespace batchsizer::cli
