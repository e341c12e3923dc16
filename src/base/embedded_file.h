// A data file compiled into the program by batchsizer_embed (cmake/Embed.cmake).
//
// Thread safety: plain values; what they point to lives as long as the program.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "base/check.h"

namespace batchsizer::base {

struct EmbeddedFile {
  std::string_view name;     // without folder: "p40.toml"
  std::string_view content;  // the whole file
};

// REQUIRES: there is a file of that name.
[[nodiscard]] inline std::string_view ContentOf(std::span<const EmbeddedFile> files,
                                                std::string_view name) {
  const auto at = std::find_if(files.begin(), files.end(),
                               [&](const EmbeddedFile& file) { return file.name == name; });
  BATCHSIZER_CHECK(at != files.end());
  return at->content;
}

}  // namespace batchsizer::base
