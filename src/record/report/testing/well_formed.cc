#include "record/report/testing/well_formed.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace batchsizer::record::testing {
namespace {

bool IsVoid(std::string_view tag) {
  constexpr std::string_view kVoid[] = {"meta", "link", "br", "img", "input", "hr"};
  return std::find(std::begin(kVoid), std::end(kVoid), tag) != std::end(kVoid);
}

// What stands between < and >.
struct Tag {
  explicit Tag(std::string_view inside)
      : is_valid(!inside.empty() && std::count(inside.begin(), inside.end(), '"') % 2 == 0),
        closes(inside.starts_with('/')),
        is_empty(inside.ends_with('/') || inside.starts_with('!')) {
    name = inside.substr(closes ? 1 : 0);
    name = name.substr(0, name.find_first_of(" \n/"));
  }

  bool is_valid;
  bool closes;
  bool is_empty;
  std::string_view name;
};

// Its content holds no tags.
bool HasRawText(const Tag& tag) {
  return !tag.closes && (tag.name == "script" || tag.name == "style");
}

std::string Near(std::string_view document, std::size_t at) {
  return std::string(document.substr(at, 60));
}

// Opens or closes an element; false when it closes another than the last one.
bool Follow(const Tag& tag, bool html, std::vector<std::string_view>& open) {
  if (tag.closes) {
    if (open.empty() || open.back() != tag.name) return false;
    open.pop_back();
  } else if (!tag.is_empty && !(html && IsVoid(tag.name))) {
    open.push_back(tag.name);
  }
  return true;
}

}  // namespace

std::string WhatIsMalformed(std::string_view document, bool html) {
  std::vector<std::string_view> open;
  std::size_t at = 0;
  while ((at = document.find('<', at)) != std::string_view::npos) {
    const std::size_t end = document.find('>', at);
    if (end == std::string_view::npos) return "never ends: " + Near(document, at);
    const Tag tag(document.substr(at + 1, end - at - 1));
    if (!tag.is_valid) return "no tag: " + Near(document, at);
    if (!Follow(tag, html, open)) return "closes nothing: " + Near(document, at);
    at = end + 1;
    if (html && HasRawText(tag)) at = document.find("</" + std::string(tag.name), at);
  }
  return open.empty() ? "" : "never closed: " + std::string(open.back());
}

}  // namespace batchsizer::record::testing
