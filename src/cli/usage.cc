#include "cli/usage.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "cli/config_file.h"
#include "cli/terminal.h"

namespace batchsizer::cli {
namespace {

bool IsAny(const CLI::App*) { return true; }

// Names are stored with their dashes, so that one list serves options and commands.
struct Names {
  std::vector<std::string> all;

  // ", did you mean ...?" or nothing.
  [[nodiscard]] std::string Suggest(std::string_view word) const {
    const std::vector<std::string_view> views(all.begin(), all.end());
    const auto nearest = base::Nearest(word, views);
    return nearest ? fmt::format("; did you mean '{}'?", *nearest) : "";
  }
};

Names CommandsOf(const CLI::App& app) {
  Names names;
  for (const auto* command : app.get_subcommands(IsAny)) names.all.push_back(command->get_name());
  return names;
}

Names OptionsOf(const CLI::App& app) {
  Names names;
  for (const CLI::App* level = &app; level != nullptr; level = level->get_parent()) {
    for (const auto* option : level->get_options()) {
      for (const auto& name : option->get_lnames()) names.all.push_back("--" + name);
    }
  }
  return names;
}

// The command that was typed, as deep as it goes; the app itself when there is none.
const CLI::App& Chosen(const CLI::App& app) {
  const CLI::App* chosen = &app;
  while (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
  return *chosen;
}

std::string PathOf(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : PathOf(*parent) + " " + app.get_name();
}

// The word of the command line that nothing could be made of; empty when there is none.
std::string Culprit(const CLI::App& app, bool wants_command) {
  const auto left = app.remaining(/*recurse=*/true);
  const auto is_option = [](const std::string& word) { return word.starts_with('-'); };
  const auto first = wants_command ? std::find_if_not(left.begin(), left.end(), is_option)
                                   : std::find_if(left.begin(), left.end(), is_option);
  if (first != left.end()) return *first;
  return left.empty() ? "" : left.front();
}

// The value of --option=value is not part of what is looked for.
std::string WithoutValue(const std::string& word) { return word.substr(0, word.find('=')); }

std::string_view WithoutPlus(std::string_view number) {
  return number.substr(number.starts_with('+') ? 1 : 0);
}

bool IsWholeNumber(std::string_view text) {
  text.remove_prefix(text.starts_with('+') || text.starts_with('-') ? 1 : 0);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

template <typename T>
std::string Outside(std::string_view number) {
  return fmt::format("{} is outside {} to {}", number, std::numeric_limits<T>::min(),
                     std::numeric_limits<T>::max());
}

template <typename T>
std::string RangeMistake(std::string_view number) {
  T value{};
  const std::string_view digits = WithoutPlus(number);
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return parsed.ec == std::errc() ? "" : Outside<T>(number);
}

// What passed its check and still does not fit is meant for an int, or for a flag.
std::string DescribeConversion(const std::string& what) {
  constexpr std::string_view kNotConverted = "Could not convert: ";
  const auto value = what.find(" = ");
  if (!what.starts_with(kNotConverted) || value == std::string::npos) return what;
  const std::string option = what.substr(kNotConverted.size(), value - kNotConverted.size());
  const std::string given = what.substr(value + 3);
  if (!IsWholeNumber(given)) return fmt::format("{}: '{}' is not true or false", option, given);
  return fmt::format("{}: {}", option, Outside<int>(given));
}

std::string Describe(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& chosen = Chosen(app);
  const Names commands = CommandsOf(chosen);
  const std::string word = WithoutValue(Culprit(app, !commands.all.empty()));
  if (word.starts_with('-')) {
    return fmt::format("{} has no option '{}'{}", PathOf(chosen), word,
                       OptionsOf(chosen).Suggest(word));
  }
  if (!commands.all.empty()) {
    const std::string list = fmt::format("{}", fmt::join(commands.all, ", "));
    if (word.empty()) return fmt::format("a command is missing; there are: {}", list);
    return fmt::format("there is no command '{}'{}; there are: {}", word, commands.Suggest(word),
                       list);
  }
  if (!word.empty()) return fmt::format("'{}' is one word too many", word);
  return DescribeConversion(error.what());
}

// CLI11 says of a file that cannot be read only that it may be missing.
std::string DescribeConfig(const CLI::App& app, const CLI::ParseError& error) {
  std::string what = error.what();
  if (error.get_name() == "FileError") {
    const auto content = base::ReadFile(ConfigPath(app));
    if (!content) what = content.error().message;
  }
  return fmt::format("--config: {}", what);
}

std::string NumberMistake(const std::string& value, const std::string& type) {
  if (type == "FLOAT") {
    // "nan" and "inf" pass: the option's own check says what its range is.
    char* end = nullptr;
    (void)std::strtod(value.c_str(), &end);
    return end == value.c_str() + value.size() ? "" : fmt::format("'{}' is not a number", value);
  }
  const std::string_view text = base::Trim(value);
  if (!IsWholeNumber(text)) return fmt::format("'{}' is not a whole number", value);
  if (type == "INT") return RangeMistake<long long>(text);
  return text.starts_with('-') ? fmt::format("{} is not 0 or more", value)
                               : RangeMistake<unsigned long long>(text);
}

void CheckValue(CLI::Option& option) {
  const std::string type = option.get_type_name();
  const bool number = type == "FLOAT" || type == "INT" || type == "UINT";
  if (!number && type != "TEXT") return;  // flags
  const std::string meaning = option.get_description();
  option.check([=](const std::string& value) -> std::string {
    if (base::Trim(value).empty()) return fmt::format("the value is empty; needed: {}", meaning);
    return number ? NumberMistake(value, type) : "";
  });
}

}  // namespace

void CheckValues(CLI::App& app) {
  for (auto* option : app.get_options()) CheckValue(*option);
  for (auto* command : app.get_subcommands([](CLI::App*) { return true; })) CheckValues(*command);
}

int AnswerParseError(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {  // --help, --version
    std::ostringstream text;
    app.exit(error, text, text);
    WriteStdout(text.str());
    return kDone;
  }
  const bool config = error.get_name() == "ConfigError" || error.get_name() == "FileError";
  Say(config ? DescribeConfig(app, error) : Describe(app, error));
  Say(fmt::format("see {} --help", PathOf(Chosen(app))));
  return kBadInput;
}

}  // namespace batchsizer::cli
