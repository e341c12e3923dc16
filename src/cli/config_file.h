// --config: options from a TOML file, under the name of their command.
//
// Thread safety: one thread at a time.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace batchsizer::cli {

// Reads the file for CLI11 (its own reader knows only some of TOML). What is in it is
// held against the options that app has: names and kinds; the values' ranges are the
// options' own business.
//
// The command line wins: over the same option in the file, and over one there that
// excludes what the command line gives.
class ConfigFile final : public CLI::Config {
 public:
  // app is borrowed.
  explicit ConfigFile(const CLI::App& app) : app_(app) {}
  // Throws CLI::ConfigError, as CLI11 has it, with file, line and column.
  [[nodiscard]] std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;
  // Writing is not supported.
  [[nodiscard]] std::string to_config(const CLI::App* app, bool defaults, bool descriptions,
                                      std::string prefix) const override;

 private:
  const CLI::App& app_;
};

// The file that --config names; empty when it is not given.
[[nodiscard]] std::string ConfigPath(const CLI::App& app);

}  // namespace batchsizer::cli
