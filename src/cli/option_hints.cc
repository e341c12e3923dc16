#include "cli/option_hints.h"

#include <string_view>
#include <utility>

#include "base/text.h"

namespace batchsizer::cli {
namespace {

// CLI11 keeps no notes of its users with an option, but named validators. So the hint
// is the name of one that lets everything pass and has nothing to say in the help.
constexpr std::string_view kMark = "hint";
constexpr char kBetween = '\n';
constexpr std::string_view kFiles = "@file";
constexpr std::string_view kFolders = "@folder";

}  // namespace

CLI::Option* Hint(CLI::Option* option, const ValueHint& hint) {
  std::string name(kMark);
  const auto add = [&name](std::string_view word) { (name += kBetween) += word; };
  if (hint.files) add(kFiles);
  if (hint.folders) add(kFolders);
  for (const auto& word : hint.words) add(word);
  return option->check(CLI::Validator([](std::string&) { return std::string(); }, "", name));
}

CLI::Option* HintFile(CLI::Option* option) { return Hint(option, {.files = true}); }

CLI::Option* HintFolder(CLI::Option* option) { return Hint(option, {.folders = true}); }

CLI::Option* HintWords(CLI::Option* option, std::vector<std::string> words) {
  return Hint(option, {.words = std::move(words)});
}

ValueHint HintOf(CLI::Option& option) {
  ValueHint hint;
  try {
    for (int index = 0;; ++index) {
      const std::string name = option.get_validator(index)->get_name();
      const auto parts = base::Split(name, kBetween);
      if (parts.front() != kMark) continue;
      for (std::size_t i = 1; i < parts.size(); ++i) {
        hint.files = hint.files || parts[i] == kFiles;
        hint.folders = hint.folders || parts[i] == kFolders;
        if (parts[i] != kFiles && parts[i] != kFolders) hint.words.emplace_back(parts[i]);
      }
    }
  } catch (const CLI::OptionNotFound&) {  // there are no more validators
  }
  return hint;
}

}  // namespace batchsizer::cli
