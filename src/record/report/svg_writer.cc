#include "record/report/svg_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/check.h"
#include "base/utf8.h"
#include "record/report/page_text.h"

namespace batchsizer::record {
namespace {

std::string StrokeAttributes(const Stroke& stroke) {
  std::string text =
      fmt::format("stroke=\"{}\" stroke-width=\"{}\"", stroke.colour, Coordinate(stroke.width));
  if (!stroke.dash.empty()) text += fmt::format(" stroke-dasharray=\"{}\"", stroke.dash);
  return text;
}

std::string Opacity(double opacity) {
  return opacity < 1 ? fmt::format(" fill-opacity=\"{:.2f}\"", opacity) : std::string();
}

std::string_view AnchorName(TextStyle::Anchor anchor) {
  switch (anchor) {
    case TextStyle::Anchor::kMiddle:
      return " text-anchor=\"middle\"";
    case TextStyle::Anchor::kEnd:
      return " text-anchor=\"end\"";
    case TextStyle::Anchor::kStart:
      break;
  }
  return "";
}

}  // namespace

std::string Coordinate(double value) {
  BATCHSIZER_CHECK(std::isfinite(value));
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

void SvgWriter::Line(double x1, double y1, double x2, double y2, const Stroke& stroke) {
  fmt::format_to(std::back_inserter(svg_), "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" {}/>\n",
                 Coordinate(x1), Coordinate(y1), Coordinate(x2), Coordinate(y2),
                 StrokeAttributes(stroke));
}

void SvgWriter::Path(std::string_view d, const Stroke& stroke) {
  if (d.empty()) return;
  fmt::format_to(std::back_inserter(svg_),
                 "<path d=\"{}\" fill=\"none\" stroke-linejoin=\"round\" {}/>\n", d,
                 StrokeAttributes(stroke));
}

void SvgWriter::Area(std::string_view d, std::string_view fill, double opacity) {
  if (d.empty()) return;
  fmt::format_to(std::back_inserter(svg_), "<path d=\"{}\" fill=\"{}\"{}/>\n", d, fill,
                 Opacity(opacity));
}

void SvgWriter::Rectangle(const Box& box, std::string_view fill, double opacity) {
  fmt::format_to(std::back_inserter(svg_),
                 "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"{}/>\n",
                 Coordinate(box.left), Coordinate(box.top), Coordinate(box.width()),
                 Coordinate(box.height()), fill, Opacity(opacity));
}

void SvgWriter::Circle(double x, double y, double radius, std::string_view fill,
                       const Stroke& outline) {
  fmt::format_to(std::back_inserter(svg_),
                 "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\" {}/>\n", Coordinate(x),
                 Coordinate(y), Coordinate(radius), fill, StrokeAttributes(outline));
}

void SvgWriter::Text(double x, double y, std::string_view text, const TextStyle& style) {
  auto out = std::back_inserter(svg_);
  fmt::format_to(out, "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{}", Coordinate(x),
                 Coordinate(y), Coordinate(style.size), style.colour, AnchorName(style.anchor));
  if (style.bold) fmt::format_to(out, " font-weight=\"600\"");
  if (style.turned != 0) {
    fmt::format_to(out, " transform=\"rotate({} {} {})\"", Coordinate(style.turned), Coordinate(x),
                   Coordinate(y));
  }
  if (!style.halo.empty()) {
    fmt::format_to(out, " stroke=\"{}\" stroke-width=\"3\" paint-order=\"stroke\"", style.halo);
  }
  fmt::format_to(out, ">{}</text>\n", EscapeHtml(text));
}

void SvgWriter::Open(std::string_view tag, std::string_view attributes) {
  fmt::format_to(std::back_inserter(svg_), "<{}{}{}>\n", tag, attributes.empty() ? "" : " ",
                 attributes);
}

void SvgWriter::Close(std::string_view tag) {
  fmt::format_to(std::back_inserter(svg_), "</{}>\n", tag);
}

void SvgWriter::Words(std::string_view tag, std::string_view text) {
  fmt::format_to(std::back_inserter(svg_), "<{}>{}</{}>\n", tag, EscapeHtml(text), tag);
}

double TextWidth(std::string_view text, double size) {
  // In ems; on the wide side, as DejaVu Sans is.
  constexpr double kNarrow = 0.34;
  constexpr double kWide = 0.86;
  constexpr double kUpper = 0.70;
  constexpr double kOther = 0.61;
  double ems = 0;
  while (!text.empty()) {
    const char c = text.front();
    if (std::string_view("ijl.,:;|!' ()[]ft").find(c) != std::string_view::npos) {
      ems += kNarrow;
    } else if (std::string_view("mwMW%@").find(c) != std::string_view::npos) {
      ems += kWide;
    } else {
      ems += c >= 'A' && c <= 'Z' ? kUpper : kOther;
    }
    const std::size_t length = base::Utf8Length(text);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return ems * size;
}

}  // namespace batchsizer::record
