// The commands, one file each. Every Add... puts its subcommand into the app;
// when it is chosen, it sets exit_code.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/options.h"

namespace batchsizer::cli {

void AddRun(CLI::App& app, const GlobalOptions& global, int& exit_code);
void AddSimulate(CLI::App& app, const GlobalOptions& global, int& exit_code);
void AddProfile(CLI::App& app, const GlobalOptions& global, int& exit_code);
void AddConform(CLI::App& app, const GlobalOptions& global, int& exit_code);
void AddInspect(CLI::App& app, const GlobalOptions& global, int& exit_code);
void AddExplain(CLI::App& app, const GlobalOptions& global, int& exit_code);
void AddDevices(CLI::App& app, const GlobalOptions& global, int& exit_code);
void AddZoo(CLI::App& app, const GlobalOptions& global, int& exit_code);
void AddExperiment(CLI::App& app, const GlobalOptions& global, int& exit_code);
void AddDataset(CLI::App& app, const GlobalOptions& global, int& exit_code);
// About all of app, as it is when they are called.
void AddCompletion(CLI::App& app, int& exit_code);
void AddManual(CLI::App& app, int& exit_code);

}  // namespace batchsizer::cli
