// What the program says and where: results on stdout, words for people on stderr,
// and the exit codes.
//
// stderr may be gone (a closed pipe, a terminal that was hung up): what cannot be
// said there is dropped, and nothing fails for it.
//
// Thread safety: thread-safe; what one call says stands together.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string_view>
#include <utility>

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

void WriteStdout(std::string_view text);
void WriteStderr(std::string_view text);
// A result, to stdout. Never fails: what could not be written is told by FinishStdout.
template <typename... Args>
void Print(fmt::format_string<Args...> format, Args&&... args) {
  WriteStdout(fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void PrintError(fmt::format_string<Args...> format, Args&&... args) {
  WriteStderr(fmt::format(format, std::forward<Args>(args)...));
}

// The one line at the end of a terminal's stderr that is rewritten, cut to the
// terminal's width as it is now; text is ASCII. What is said meanwhile goes above it.
void ShowStatus(std::string_view text);
void ClearStatus();

// From now on what is said on stderr goes to taker instead, one call at a time; an
// empty one ends that. taker may not say anything itself.
void CaptureStderr(std::function<void(std::string_view)> taker);

struct TerminalSize {
  int columns = 80;
  int rows = 24;
};
// Of the terminal that stderr is; a usual one's for what is none, or says nothing.
[[nodiscard]] TerminalSize SizeOfTerminal();

// Opens those of stdin, stdout and stderr that the caller closed, so that no other
// file gets their number; writing to such a stdout fails. Call it before any file
// is opened.
void OpenClosedStreams();
// Call it at the end: the exit code, kFailed when stdout did not take everything.
// Says why, but for a pipe whose reader has gone, which is no news to anybody.
[[nodiscard]] int FinishStdout(int exit_code);

}  // namespace batchsizer::cli
