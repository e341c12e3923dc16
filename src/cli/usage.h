// Wrong command lines: what is checked of every option alike, and what is said
// when the command line itself cannot be understood.
//
// Thread safety: one thread at a time.
#pragma once

#include <CLI/CLI.hpp>

namespace batchsizer::cli {

// Makes every option of app and its commands refuse an empty value, and every
// numeric one what is not a number. Call it when all options are there.
void CheckValues(CLI::App& app);

// Says what is wrong with the command line (or shows the help or version that was
// asked for); the exit code.
int AnswerParseError(const CLI::App& app, const CLI::ParseError& error);

}  // namespace batchsizer::cli
