#include "cli/view/grid.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace batchsizer::cli::view {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// The C library's wcwidth depends on the locale; a frame must not. Coarse, but right
// for what file names hold.
constexpr std::array<Range, 9> kWide{{{0x1100, 0x115F},
                                      {0x2E80, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0xFFE0, 0xFFE6},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 8> kNone{{{0x80, 0x9F},
                                      {0xAD, 0xAD},
                                      {0x300, 0x36F},
                                      {0x200B, 0x200F},
                                      {0x2028, 0x202E},
                                      {0x2060, 0x206F},
                                      {0xFE00, 0xFE0F},
                                      {0xFEFF, 0xFEFF}}};

template <std::size_t N>
bool IsIn(const std::array<Range, N>& ranges, char32_t glyph) {
  return std::any_of(ranges.begin(), ranges.end(), [glyph](const Range& range) {
    return range.first <= glyph && glyph <= range.last;
  });
}

// Takes the first character off text. What is none, or is for control, becomes '?'.
char32_t TakeGlyph(std::string_view& text) {
  const std::size_t length = base::Utf8Length(text);
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  char32_t glyph = U'?';
  if (length == 1 && byte(0) >= 0x20 && byte(0) != 0x7F) glyph = byte(0);
  if (length > 1) {
    glyph = byte(0) & (0x7FU >> length);
    for (std::size_t at = 1; at < length; ++at) glyph = (glyph << 6U) | (byte(at) & 0x3FU);
  }
  text.remove_prefix(std::max<std::size_t>(length, 1));
  return glyph;
}

}  // namespace

int ColumnsOf(char32_t glyph) {
  if (glyph < 0x80) return 1;
  if (IsIn(kNone, glyph)) return 0;
  return IsIn(kWide, glyph) ? 2 : 1;
}

int ColumnsOf(std::string_view text) {
  int columns = 0;
  while (!text.empty()) columns += ColumnsOf(TakeGlyph(text));
  return columns;
}

void AppendUtf8(std::string& out, char32_t glyph) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((glyph >> shift) & 0x3FU));
  };
  if (glyph < 0x80) {
    out += static_cast<char>(glyph);
  } else if (glyph < 0x800) {
    out += static_cast<char>(0xC0U | (glyph >> 6U));
    tail(0);
  } else if (glyph < 0x10000) {
    out += static_cast<char>(0xE0U | (glyph >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (glyph >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

Grid::Grid(int width, int height, bool unicode)
    : width_(width),
      height_(height),
      unicode_(unicode),
      cells_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {}

void Grid::Put(int row, int column, char32_t glyph, Style style) {
  if (row < 0 || row >= height_ || column < 0 || column >= width_) return;
  if (glyph >= 0x80 && !unicode_) glyph = U'?';
  cells_[Index(row, column)] = {glyph, style};
}

int Grid::Put(int row, int column, std::string_view text, Style style, int end) {
  end = std::min(end, width_);
  while (!text.empty()) {
    char32_t glyph = TakeGlyph(text);
    const int columns = ColumnsOf(glyph);
    if (columns == 0) continue;
    if (column + columns > end) break;
    Put(row, column, glyph, style);
    if (columns == 2) Put(row, column + 1, unicode_ ? U'\0' : U'?', style);
    column += columns;
  }
  return column;
}

void Grid::PutRight(int row, int end, std::string_view text, Style style) {
  Put(row, std::max(0, end - ColumnsOf(text)), text, style, end);
}

std::string Grid::ToText() const {
  std::string text;
  for (int row = 0; row < height_; ++row) {
    for (int column = 0; column < width_; ++column) {
      const char32_t glyph = At(row, column).glyph;
      if (glyph != 0) AppendUtf8(text, glyph);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text;
}

}  // namespace batchsizer::cli::view
