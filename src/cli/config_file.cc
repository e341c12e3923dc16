#include "cli/config_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <iterator>
#include <optional>
#include <string_view>

#include "base/text.h"

namespace batchsizer::cli {
namespace {

std::string Nearest(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto nearest = base::Nearest(word, views);
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : "";
}

// What stands in the file, for messages.
std::string Shown(const toml::node& node) {
  if (const auto* text = node.as_string()) return fmt::format("'{}'", text->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  return node.is_array() ? "a list" : node.is_table() ? "a table" : "a date or time";
}

bool IsFlag(const CLI::Option& option) { return option.get_expected_min() == 0; }

bool TakesList(const CLI::Option& option) {
  return option.get_items_expected_max() > 1 ||
         option.get_multi_option_policy() == CLI::MultiOptionPolicy::Join;
}

// What is needed instead of node; empty when it is of the option's kind. A text may be
// written as a number (power-cap = 120), a number not as a text.
std::string_view WrongKind(const CLI::Option& option, const toml::node& node) {
  if (IsFlag(option)) return node.is_boolean() ? "" : "true or false is";
  const std::string type = option.get_type_name();
  if (type == "INT" || type == "UINT") return node.is_integer() ? "" : "a whole number is";
  if (type == "FLOAT") return node.is_number() ? "" : "a number is";
  if (node.is_string() || node.is_number()) return "";
  return TakesList(option) ? "a text, a number or a list of them is" : "a text or a number is";
}

// The values as the command line would have them.
std::string TextOf(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  return Shown(node);
}

class Reader {
 public:
  Reader(std::string file, std::vector<CLI::ConfigItem>& items)
      : file_(std::move(file)), items_(items) {}

  // What stands in table is for app, which parents lead to.
  void Read(const toml::table& table, const CLI::App& app,
            const std::vector<std::string>& parents) {
    for (auto&& [key, node] : table) {
      const std::string name{std::string_view(key)};
      if (const CLI::Option* option = FindOption(app, name)) {
        AddItem(*option, name, node, parents);
      } else if (const CLI::App* command = FindCommand(app, name)) {
        ReadCommand(*command, name, node, parents);
      } else {
        Unknown(app, name, node, parents);
      }
    }
  }

  [[noreturn]] void Fail(const toml::source_region& at, std::string_view what) const {
    throw CLI::ConfigError(
        fmt::format("{}:{}:{}: {}", file_, at.begin.line, at.begin.column, what));
  }

 private:
  static std::vector<const CLI::Option*> OptionsOf(const CLI::App& app) {
    return app.get_options([](const CLI::Option* option) { return option->get_configurable(); });
  }

  static const CLI::Option* FindOption(const CLI::App& app, const std::string& name) {
    for (const auto* option : OptionsOf(app)) {
      if (option->get_single_name() == name) return option;
    }
    return nullptr;
  }

  static std::vector<const CLI::App*> CommandsOf(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
  }

  static const CLI::App* FindCommand(const CLI::App& app, const std::string& name) {
    for (const auto* command : CommandsOf(app)) {
      if (command->get_name() == name) return command;
    }
    return nullptr;
  }

  void ReadCommand(const CLI::App& command, const std::string& name, const toml::node& node,
                   std::vector<std::string> parents) {
    parents.push_back(name);
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      Fail(node.source(), fmt::format("'{}' is a command; its options stand under [{}]", name,
                                      fmt::join(parents, ".")));
    }
    Read(*table, command, parents);
  }

  void AddItem(const CLI::Option& option, const std::string& name, const toml::node& node,
               const std::vector<std::string>& parents) {
    CLI::ConfigItem item;
    item.parents = parents;
    item.name = name;
    const toml::array* list = TakesList(option) ? node.as_array() : nullptr;
    if (list == nullptr) {
      item.inputs.push_back(Value(option, node));
    } else {
      for (const auto& value : *list) item.inputs.push_back(Value(option, value));
      if (list->empty()) item.inputs.emplace_back();  // its check says that it is empty
    }
    if (!CommandLineExcludes(option)) items_.push_back(std::move(item));
  }

  // What the command line gives has been counted already.
  static bool CommandLineExcludes(const CLI::Option& option) {
    for (const auto* other : option.get_excludes()) {
      if (other->count() > 0) return true;
    }
    return false;
  }

  std::string Value(const CLI::Option& option, const toml::node& node) const {
    if (const auto needed = WrongKind(option, node); !needed.empty()) {
      Fail(node.source(),
           fmt::format("{}: {} needed, not {}", option.get_name(), needed, Shown(node)));
    }
    return TextOf(node);
  }

  [[noreturn]] void Unknown(const CLI::App& app, const std::string& name, const toml::node& node,
                            const std::vector<std::string>& parents) const {
    std::vector<std::string> names;
    if (node.is_table()) {
      for (const auto* command : CommandsOf(app)) names.push_back(command->get_name());
      Fail(node.source(), fmt::format("'{}' is not a command{}", name, Nearest(name, names)));
    }
    for (const auto* option : OptionsOf(app)) names.push_back(option->get_single_name());
    const std::string where =
        parents.empty() ? "" : fmt::format(" of [{}]", fmt::join(parents, "."));
    Fail(node.source(),
         fmt::format("'{}' is not an option{}{}; options stand as NAME = VALUE under [COMMAND], "
                     "their names without dashes",
                     name, where, Nearest(name, names)));
  }

  std::string file_;
  std::vector<CLI::ConfigItem>& items_;
};

}  // namespace

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
  const std::string text{std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
  std::vector<CLI::ConfigItem> found;
  Reader reader(ConfigPath(app_), found);
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    reader.Fail(error.source(), error.description());
  }
  reader.Read(table, app_, {});
  return found;
}

std::string ConfigFile::to_config(const CLI::App* /*app*/, bool /*defaults*/, bool /*descriptions*/,
                                  std::string /*prefix*/) const {
  return {};
}

std::string ConfigPath(const CLI::App& app) {
  const CLI::Option* option = app.get_config_ptr();
  return option == nullptr || option->results().empty() ? "" : option->results().back();
}

}  // namespace batchsizer::cli
