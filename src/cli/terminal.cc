#include "cli/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/utf8.h"

namespace batchsizer::cli {
namespace {

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

void Say(std::string_view text) { fmt::print(stderr, "batchsizer: {}\n", Printable(text)); }

}  // namespace batchsizer::cli
