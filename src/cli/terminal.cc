#include "cli/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include "base/utf8.h"

namespace batchsizer::cli {
namespace {

std::mutex mutex;  // guards what follows, and keeps together what one call says

// errno of the first write to stdout that failed; 0: none has.
int stdout_error = 0;

// What ShowStatus shows; empty: nothing.
std::string status;

// Takes what is said on stderr, if anything does.
std::function<void(std::string_view)> stderr_taker;

void PutStderr(std::string_view text) { (void)std::fwrite(text.data(), 1, text.size(), stderr); }

// The last column stays free: a terminal may wrap when it is written.
void PutStatus() {
  constexpr std::string_view kRewrite = "\r\x1b[K";
  const auto columns = static_cast<std::size_t>(SizeOfTerminal().columns);
  PutStderr(fmt::format("{}{}", kRewrite, status.substr(0, columns - 1)));
}

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

// errno of what failed on stdout first; 0: nothing has.
int FlushStdout() {
  const std::lock_guard lock(mutex);
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && std::ferror(stdout) == 0) return 0;
  if (stdout_error == 0) stdout_error = errno != 0 ? errno : EIO;
  return stdout_error;
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
  const std::lock_guard lock(mutex);
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written && stdout_error == 0) stdout_error = errno != 0 ? errno : EIO;
}

void WriteStderr(std::string_view text) {
  const std::lock_guard lock(mutex);
  if (stderr_taker) {
    stderr_taker(text);
    return;
  }
  std::string below = std::exchange(status, "");
  if (!below.empty()) PutStatus();
  PutStderr(text);
  if (below.empty()) return;
  status = std::move(below);
  PutStatus();
}

void ShowStatus(std::string_view text) {
  const std::lock_guard lock(mutex);
  status = text;
  PutStatus();
}

void ClearStatus() {
  const std::lock_guard lock(mutex);
  if (status.empty()) return;
  status.clear();
  PutStatus();
}

void CaptureStderr(std::function<void(std::string_view)> taker) {
  const std::lock_guard lock(mutex);
  stderr_taker = std::move(taker);
}

TerminalSize SizeOfTerminal() {
  winsize size{};
  TerminalSize usual;
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return usual;
  return {.columns = size.ws_col > 0 ? size.ws_col : usual.columns,
          .rows = size.ws_row > 0 ? size.ws_row : usual.rows};
}

void OpenClosedStreams() {
  // The lowest free number is taken. Read-only: what is written to it fails.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) < 0) (void)::open("/dev/null", O_RDONLY);
  }
}

int FinishStdout(int exit_code) {
  const int error = FlushStdout();
  if (error == 0) return exit_code;
  if (error != EPIPE) {
    Say(fmt::format("stdout cannot be written: {}", std::generic_category().message(error)));
  }
  return exit_code == kInterrupted ? exit_code : kFailed;
}

}  // namespace batchsizer::cli
