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

// After the content of an element that holds no tags.
std::size_t AfterRawText(std::string_view document, std::size_t from, std::string_view tag) {
  return document.find("</" + std::string(tag), from);
}

// Quotes in attributes come in pairs, and no attribute is given twice by accident.
bool QuotesMatch(std::string_view inside) {
  return std::count(inside.begin(), inside.end(), '"') % 2 == 0;
}

std::string Near(std::string_view document, std::size_t at) {
  return std::string(document.substr(at, 60));
}

}  // namespace

std::string WhatIsMalformed(std::string_view document, bool html) {
  std::vector<std::string_view> open;
  std::size_t at = 0;
  while ((at = document.find('<', at)) != std::string_view::npos) {
    const std::size_t end = document.find('>', at);
    if (end == std::string_view::npos) return "never ends: " + Near(document, at);
    const std::string_view inside = document.substr(at + 1, end - at - 1);
    if (inside.empty() || !QuotesMatch(inside)) return "no tag: " + Near(document, at);
    const bool closes = inside.front() == '/';
    const std::string_view name = inside.substr(closes ? 1 : 0);
    const std::string_view tag = name.substr(0, name.find_first_of(" \n/"));
    if (closes) {
      if (open.empty() || open.back() != tag) return "closes nothing: " + Near(document, at);
      open.pop_back();
    } else if (inside.front() != '!' && inside.back() != '/' && !(html && IsVoid(tag))) {
      open.push_back(tag);
    }
    at = end + 1;
    const bool raw = html && !closes && (tag == "script" || tag == "style");
    if (raw) at = AfterRawText(document, at, tag);
  }
  return open.empty() ? "" : "never closed: " + std::string(open.back());
}

}  // namespace batchsizer::record::testing
