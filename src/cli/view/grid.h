// A frame of the live view: cells of one character and one style each. Pure: it
// knows no terminal.
//
// Thread safety: plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace batchsizer::cli::view {

// What a cell is, not how it looks: that is the painter's.
enum class Style : std::uint8_t {
  kPlain,
  kFaint,   // labels, axes
  kStrong,  // numbers that matter
  kTitle,
  kPower,
  kCap,
  kExcess,  // power above the cap
  kBatch,
  kSpeed,
  kDone,     // of the progress bar
  kWarning,  // what must not be overlooked
};
inline constexpr int kStyles = 11;

struct Cell {
  char32_t glyph = U' ';  // 0: the right half of a wide character
  Style style = Style::kPlain;
  friend bool operator==(const Cell&, const Cell&) = default;
};

// Columns that a character takes: 0 for what combines or is no character to show.
[[nodiscard]] int ColumnsOf(char32_t glyph);
// Columns of UTF-8 text.
[[nodiscard]] int ColumnsOf(std::string_view text);
void AppendUtf8(std::string& out, char32_t glyph);

class Grid {
 public:
  // unicode: false: what is not ASCII is put as '?'. REQUIRES: both at least 0.
  Grid(int width, int height, bool unicode);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] bool unicode() const { return unicode_; }
  // REQUIRES: inside.
  [[nodiscard]] const Cell& At(int row, int column) const { return cells_[Index(row, column)]; }

  // What lies outside is cut off.
  void Put(int row, int column, char32_t glyph, Style style);
  // UTF-8, up to the column `end`; control characters become '?'. Returns the column
  // after the last one written.
  int Put(int row, int column, std::string_view text, Style style, int end);
  int Put(int row, int column, std::string_view text, Style style) {
    return Put(row, column, text, style, width_);
  }
  // So that the text ends before the column `end`.
  void PutRight(int row, int end, std::string_view text, Style style);

  // Lines of UTF-8, without blanks at their ends.
  [[nodiscard]] std::string ToText() const;

 private:
  [[nodiscard]] std::size_t Index(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(column);
  }

  int width_;
  int height_;
  bool unicode_;
  std::vector<Cell> cells_;
};

}  // namespace batchsizer::cli::view
