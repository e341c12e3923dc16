// A data file compiled into the program by batchsizer_embed (cmake/Embed.cmake).
//
// Thread safety: plain values; what they point to lives as long as the program.
#pragma once

#include <string_view>

namespace batchsizer::base {

struct EmbeddedFile {
  std::string_view name;     // without folder: "p40.toml"
  std::string_view content;  // the whole file
};

}  // namespace batchsizer::base
