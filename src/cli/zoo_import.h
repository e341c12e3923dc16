// batchsizer zoo import and zoo weights: real weights into a network.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/options.h"

namespace batchsizer::cli {

void AddZooImport(CLI::App& zoo, const GlobalOptions& global, int& exit_code);

}  // namespace batchsizer::cli
