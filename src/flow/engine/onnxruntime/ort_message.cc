#include "flow/engine/onnxruntime/ort_message.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace batchsizer::flow {
namespace {

constexpr std::size_t kMostBytes = 600;
constexpr std::size_t kNone = std::string_view::npos;

// What the runtime puts around the status of a layer, and what stays of it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kAroundStatus = {
    {{"Non-zero status code returned while running ", ""},
     {" Name:'' ", " "},
     {". Status Message: ", ": "},
     {" Status Message: ", ": "},
     {"Fatal error: ", ""}}};

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsPathChar(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_./-+").find(c) != kNone;
}

bool EndsLikeSource(std::string_view path) {
  constexpr std::array<std::string_view, 6> kEndings = {".h", ".hpp", ".cc", ".cpp", ".cu", ".cuh"};
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](auto ending) { return path.ends_with(ending); });
}

// From the start of a C++ signature to the space behind it, or from if there is
// none: "Model::Model(const Path&) const [with T = int] Unsupported model".
std::size_t EndOfSignature(std::string_view text, std::size_t from) {
  int depth = 0;
  bool called = false;  // the parameters have begun
  for (std::size_t i = from; i < text.size(); ++i) {
    const char c = text[i];
    if (std::string_view("(<[{").find(c) != kNone) ++depth;
    if (std::string_view(")>]}").find(c) != kNone) depth = std::max(0, depth - 1);
    called = called || c == '(';
    if (c != ' ' || depth > 0 || !called) continue;
    const auto rest = text.substr(i);
    if (!rest.starts_with(" const ") && !rest.starts_with(" [with ")) return i;
  }
  return from;
}

// "model.cc:256 Name" or "/onnxruntime_src/.../model.cc:256 a whole signature",
// and the space behind; colon: where the ':' is. Empty if it is no such thing.
Range LocationAround(std::string_view text, std::size_t colon) {
  std::size_t begin = colon;
  while (begin > 0 && IsPathChar(text[begin - 1])) --begin;
  const auto path = text.substr(begin, colon - begin);
  std::size_t end = colon + 1;
  while (end < text.size() && IsDigit(text[end])) ++end;
  if (!EndsLikeSource(path) || end == colon + 1 || end == text.size() || text[end] != ' ') {
    return {};
  }
  ++end;
  const bool full = path.find('/') != kNone;
  end = full ? EndOfSignature(text, end) : std::min(text.find(' ', end), text.size());
  return {begin, std::min(end + 1, text.size())};
}

// A failed check goes on with its condition: "a.size() == 2 was false. Reason".
std::size_t EndOfCondition(std::string_view text, std::size_t from) {
  constexpr std::string_view kFalse = " was false. ";
  const auto at = text.find(kFalse, from);
  const bool first = at != kNone && text.substr(from, at - from).find(". ") == kNone;
  return first && at + kFalse.size() < text.size() ? at + kFalse.size() : from;
}

std::string WithoutLocations(std::string text) {
  for (auto colon = text.find(':'); colon != kNone;) {
    const Range location = LocationAround(text, colon);
    std::size_t next = colon + 1;
    if (location.end > location.begin) {
      text.erase(location.begin, EndOfCondition(text, location.end) - location.begin);
      next = location.begin;
    }
    colon = text.find(':', next);
  }
  return text;
}

std::string Replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string replaced;
  for (auto at = text.find(what); at != kNone; at = text.find(what)) {
    replaced.append(text.substr(0, at)).append(by);
    text.remove_prefix(at + what.size());
  }
  return replaced.append(text);
}

std::string OnOneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!blank) line += c;
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  return line;
}

std::string Shortened(std::string line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '.')) line.pop_back();
  if (line.size() <= kMostBytes) return line;
  const auto space = line.rfind(' ', kMostBytes);
  return line.substr(0, space == kNone ? kMostBytes : space) + " ...";
}

}  // namespace

std::string PlainMessage(std::string_view message) {
  std::string line = OnOneLine(message.substr(0, message.find("Stacktrace:")));
  // "Load model from FILE failed:": the caller says which model it was.
  constexpr std::string_view kFailed = " failed:";
  const auto failed = line.starts_with("Load model from ") ? line.find(kFailed) : kNone;
  if (failed != kNone) line.erase(0, failed + kFailed.size());
  line = WithoutLocations(std::move(line));
  for (const auto& [what, by] : kAroundStatus) line = Replaced(line, what, by);
  return Shortened(std::move(line));
}

}  // namespace batchsizer::flow
