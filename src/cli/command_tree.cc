#include "cli/command_tree.h"

#include <utility>

namespace batchsizer::cli {
namespace {

OptionEntry DescribeOption(CLI::Option& option) {
  OptionEntry entry;
  entry.name = option.get_lnames().empty() ? option.get_name() : "--" + option.get_lnames().front();
  if (option.get_expected_max() > 0) {
    entry.value = option.get_type_name();
    if (entry.value.empty()) entry.value = "TEXT";  // --config is CLI11's own
  }
  entry.description = option.get_description();
  if (!entry.value.empty()) entry.preset = option.get_default_str();
  entry.hint = HintOf(option);
  entry.required = option.get_required();
  entry.repeats = option.get_items_expected_max() > 1;
  return entry;
}

CommandEntry DescribeCommand(CLI::App& app, std::vector<std::string> path) {
  CommandEntry entry;
  entry.name = app.get_name();
  entry.path = std::move(path);
  entry.description = app.get_description();
  entry.footer = app.get_footer();
  for (auto* option : app.get_options({})) {
    if (option->get_group().empty()) continue;  // hidden
    auto& list = option->get_positional() ? entry.positionals : entry.options;
    list.push_back(DescribeOption(*option));
  }
  for (auto* command : app.get_subcommands([](CLI::App*) { return true; })) {
    auto below = entry.path;
    below.push_back(command->get_name());
    entry.commands.push_back(DescribeCommand(*command, std::move(below)));
  }
  return entry;
}

}  // namespace

CommandEntry DescribeCommands(CLI::App& app) { return DescribeCommand(app, {}); }

std::vector<const CommandEntry*> AllCommands(const CommandEntry& command) {
  std::vector<const CommandEntry*> all{&command};
  for (const auto& below : command.commands) {
    for (const auto* entry : AllCommands(below)) all.push_back(entry);
  }
  return all;
}

}  // namespace batchsizer::cli
