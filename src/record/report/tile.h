// The figures at the top of a page.
//
// Thread safety: free function without state.
#pragma once

#include <span>
#include <string>

namespace batchsizer::record {

// What, how much, and a few words on it. Plain text.
struct Tile {
  std::string label = {};
  std::string value = {};
  std::string unit = {};  // may be empty
  std::string note = {};  // may be empty
};

// What goes into <dl class="tiles">.
[[nodiscard]] std::string TilesToHtml(std::span<const Tile> tiles);

}  // namespace batchsizer::record
