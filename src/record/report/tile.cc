#include "record/report/tile.h"

#include <fmt/format.h>

#include "record/report/page_text.h"

namespace batchsizer::record {

std::string TilesToHtml(std::span<const Tile> tiles) {
  std::string html;
  for (const Tile& tile : tiles) {
    html += fmt::format(
        "<div><dt>{}</dt><dd><strong>{} <small>{}</small></strong> <span>{}</span></dd></div>\n",
        EscapeHtml(tile.label), EscapeHtml(WithMinus(tile.value)), EscapeHtml(tile.unit),
        EscapeHtml(WithMinus(tile.note)));
  }
  return html;
}

}  // namespace batchsizer::record
