#include "cli/terminal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "base/utf8.h"

namespace batchsizer::cli {
namespace {

// errno of the first write to stdout that failed; 0: none has.
int stdout_error = 0;

// Messages quote files and their names, which may hold anything; a terminal must
// not get control characters, nor a log half a character.
std::string Printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = base::Utf8Length(text);
    const bool control = length == 1 && (text[0] < ' ' || text[0] == 0x7F) && text[0] != '\n';
    if (length == 0 || control) {
      shown += '?';
    } else {
      shown += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return shown;
}

}  // namespace

int Fail(const Error& error) {
  Say(error.message);
  switch (error.code) {
    case ErrorCode::kInvalidInput:
    case ErrorCode::kNotFound:
    case ErrorCode::kPermissionDenied:
    case ErrorCode::kUnsupported:
      return kBadInput;
    case ErrorCode::kUnavailable:
    case ErrorCode::kOutOfMemory:
    case ErrorCode::kIo:
    case ErrorCode::kInternal:
      break;
  }
  return kFailed;
}

int Fail(std::string_view option, const Error& error) {
  return Fail(Error{error.code, fmt::format("{}: {}", option, error.message)});
}

void Say(std::string_view text) { PrintError("batchsizer: {}\n", Printable(text)); }

void WriteStdout(std::string_view text) {
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written && stdout_error == 0) stdout_error = errno != 0 ? errno : EIO;
}

void WriteStderr(std::string_view text) { (void)std::fwrite(text.data(), 1, text.size(), stderr); }

void OpenClosedStreams() {
  // The lowest free number is taken. Read-only: what is written to it fails.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) < 0) (void)::open("/dev/null", O_RDONLY);
  }
}

int FinishStdout(int exit_code) {
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && std::ferror(stdout) == 0) return exit_code;
  if (stdout_error == 0) stdout_error = errno != 0 ? errno : EIO;
  if (stdout_error != EPIPE) {
    Say(fmt::format("stdout cannot be written: {}", std::generic_category().message(stdout_error)));
  }
  return exit_code == kInterrupted ? exit_code : kFailed;
}

}  // namespace batchsizer::cli
