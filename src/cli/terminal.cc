#include "cli/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace batchsizer::cli {
namespace {

// Length of a UTF-8 character by its first byte; 0 for a byte that starts none.
std::size_t LengthByFirst(unsigned char byte) {
  if (byte < 0x80) return 1;
  if (byte < 0xC2 || byte > 0xF4) return 0;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

// Bytes of the UTF-8 character that starts text; 0 when none does.
std::size_t CharacterLength(std::string_view text) {
  const std::size_t length = LengthByFirst(static_cast<unsigned char>(text[0]));
  if (length > text.size()) return 0;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  const auto rest = text.substr(0, length).substr(length == 0 ? 0 : 1);
  return std::all_of(rest.begin(), rest.end(), continues) ? length : 0;
}

// Messages quote files and their names, which may hold anything; a terminal must
// not get control characters, nor a log half a character.
std::string Printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t length = CharacterLength(text);
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

int FailToWrite(const Error& error) { return Fail(Error{ErrorCode::kIo, error.message}); }

void Say(std::string_view text) { fmt::print(stderr, "batchsizer: {}\n", Printable(text)); }

}  // namespace batchsizer::cli
