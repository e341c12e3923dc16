// Words for people: exit codes, errors and plain lines on stderr.
//
// Thread safety: one thread at a time.
#pragma once

#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::cli {

// The contract with scripts (design, section 5).
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kBadInput = 2,       // bad usage, or an input that is wrong
  kCapNotMet = 3,      // done, but the cap could not be met
  kInterrupted = 130,  // results so far are kept
};

// Prints `batchsizer: message` to stderr; the exit code that the error means.
int Fail(const Error& error);
// The same, with the option that is meant in front.
int Fail(std::string_view option, const Error& error);
// Prints `batchsizer: text` to stderr.
void Say(std::string_view text);

}  // namespace batchsizer::cli
