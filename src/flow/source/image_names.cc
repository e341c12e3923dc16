#include "flow/source/image_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace batchsizer::flow {
namespace {

constexpr std::array<std::string_view, 4> kEndings{".jpg", ".jpeg", ".png", ".webp"};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool IsImageName(std::string_view name) {
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return name.size() > ending.size() &&
           std::equal(ending.rbegin(), ending.rend(), name.rbegin(),
                      [](char want, char have) { return want == Lower(have); });
  });
}

std::string ImageEndings() { return fmt::format("{}", fmt::join(kEndings, ", ")); }

}  // namespace batchsizer::flow
