// The few shapes of SVG that charts are made of, as text. What is given as text is
// escaped; numbers have one decimal.
//
// Thread safety: thread-compatible.
#pragma once

#include <string>
#include <string_view>

namespace batchsizer::record {

// How a line is drawn. Colours are as SVG has them: "#0072b2", "var(--ink)".
struct Stroke {
  std::string_view colour;
  double width = 1;
  std::string_view dash = {};  // "6 3"; empty: solid
};

struct TextStyle {
  enum class Anchor { kStart, kMiddle, kEnd };
  double size = 11;
  std::string_view colour;
  Anchor anchor = Anchor::kStart;
  bool bold = false;
  double turned = 0;           // degrees, clockwise, around its place
  std::string_view halo = {};  // colour around it, so that it can be read on lines
};

struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;

  [[nodiscard]] double width() const { return right - left; }
  [[nodiscard]] double height() const { return bottom - top; }
};

// "12.3", "12", "-0.5".
[[nodiscard]] std::string Coordinate(double value);

class SvgWriter {
 public:
  void Line(double x1, double y1, double x2, double y2, const Stroke& stroke);
  // d: a path as SVG has it.
  void Path(std::string_view d, const Stroke& stroke);
  void Area(std::string_view d, std::string_view fill, double opacity);
  void Rectangle(const Box& box, std::string_view fill, double opacity = 1);
  void Circle(double x, double y, double radius, std::string_view fill, const Stroke& outline);
  void Text(double x, double y, std::string_view text, const TextStyle& style);
  // <tag attributes>, already escaped; and </tag>.
  void Open(std::string_view tag, std::string_view attributes = {});
  void Close(std::string_view tag);
  // <tag>text</tag>
  void Words(std::string_view tag, std::string_view text);
  // SVG made elsewhere.
  void Append(std::string_view svg) { svg_ += svg; }

  [[nodiscard]] const std::string& svg() const { return svg_; }

 private:
  std::string svg_;
};

// About how wide text will be, whichever common sans-serif draws it.
[[nodiscard]] double TextWidth(std::string_view text, double size);

}  // namespace batchsizer::record
