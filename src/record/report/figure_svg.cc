#include "record/report/figure_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "record/report/annotations.h"
#include "record/report/chart_style.h"
#include "record/report/page_text.h"
#include "record/report/panel_svg.h"

namespace batchsizer::record {
namespace {

constexpr double kMargin = 8;
constexpr double kBetween = 16;  // panels
constexpr double kLegendRow = 19;
constexpr double kWordsText = 11;
constexpr double kWordsRow = 15;
constexpr std::string_view kFonts =
    "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

// The legend's keys in rows of at most this width; each with where it starts.
struct PlacedKey {
  double x = 0;
  int row = 0;
};

std::vector<PlacedKey> PlaceKeys(const std::vector<Key>& keys, double width) {
  constexpr double kSample = 30;
  constexpr double kAfter = 18;
  std::vector<PlacedKey> placed;
  PlacedKey next;
  for (const auto& key : keys) {
    const double needed = kSample + TextWidth(key.name, kAxisText) + kAfter;
    if (next.x > 0 && next.x + needed > width) next = {0, next.row + 1};
    placed.push_back(next);
    next.x += needed;
  }
  return placed;
}

double DrawLegend(SvgWriter& svg, const Legend& legend, double width, double top) {
  const auto places = PlaceKeys(legend.keys(), width);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double x = kMargin + places[i].x;
    const double y = top + kLegendRow * places[i].row;
    DrawKey(svg, x, y, legend.keys()[i], PaperPaint());
    svg.Text(x + 30, y + 10, legend.keys()[i].name,
             {.size = kAxisText, .colour = PaperPaint().ink});
  }
  return places.empty() ? 0 : kLegendRow * (places.back().row + 1) + 4;
}

// The words of a panel's numbered dots, below it. Returns how high they are.
double DrawNumberedWords(SvgWriter& svg, const Panel& panel, double width) {
  double y = 0;
  int number = 0;
  for (const auto& words : NumberedWords(panel)) {
    svg.Text(18, y + 11, fmt::format("{}", ++number),
             {.size = kWordsText,
              .colour = PaperPaint().ink,
              .anchor = TextStyle::Anchor::kEnd,
              .bold = true});
    for (const auto& line : WrapText(words, kWordsText, width - 30)) {
      svg.Text(26, y + 11, line, {.size = kWordsText, .colour = PaperPaint().ink});
      y += kWordsRow;
    }
  }
  return y > 0 ? y + 4 : 0;
}

std::string HeadingOf(const Figure& figure) {
  std::string heading = figure.number;
  if (!figure.title.empty()) heading += (heading.empty() ? "" : ": ") + figure.title;
  return figure.note.empty() ? heading : heading + " (" + figure.note + ")";
}

// One row of panels; returns how high it is.
double DrawRow(SvgWriter& svg, const Figure& figure, const std::vector<PanelLayout>& layouts,
               const Legend& legend, std::size_t first, double top) {
  const auto columns = static_cast<std::size_t>(std::max(1, figure.columns));
  const std::size_t end = std::min(figure.panels.size(), first + columns);
  double height = 0;
  for (std::size_t i = first; i < end; ++i) {
    const PanelLayout& layout = layouts[i];
    const double x = kMargin + static_cast<double>(i - first) * (layout.width + kBetween);
    svg.Open("g", fmt::format("transform=\"translate({} {})\"", Coordinate(x), Coordinate(top)));
    DrawPanel(svg, figure.panels[i], layout, legend, PaperPaint(), fmt::format("clip{}", i));
    svg.Open("g", fmt::format("transform=\"translate(0 {})\"", Coordinate(layout.height + 4)));
    const double words = DrawNumberedWords(svg, figure.panels[i], layout.width);
    svg.Close("g");
    svg.Close("g");
    height = std::max(height, layout.height + words);
  }
  return height;
}

}  // namespace

std::string FigureToSvg(const Figure& figure) {
  const Legend legend(figure);
  const auto columns = static_cast<std::size_t>(std::max(1, figure.columns));
  const double across =
      static_cast<double>(std::clamp<std::size_t>(figure.panels.size(), 1, columns));
  const auto layouts = LayOutFigure(figure);
  const double panel_width = layouts.empty() ? 400 : layouts.front().width;
  const double width = 2 * kMargin + across * (panel_width + kBetween) - kBetween;
  SvgWriter body;
  double y = kMargin + 14;
  for (const auto& line : WrapText(HeadingOf(figure), kTitleText + 1, width - 2 * kMargin)) {
    body.Text(kMargin, y, line, {.size = kTitleText + 1, .colour = PaperPaint().ink, .bold = true});
    y += 18;
  }
  y += DrawLegend(body, legend, width - 2 * kMargin, y - 6);
  for (std::size_t first = 0; first < figure.panels.size(); first += columns) {
    y += DrawRow(body, figure, layouts, legend, first, y) + kBetween;
  }
  SvgWriter svg;
  svg.Open("svg", fmt::format("xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
                              "viewBox=\"0 0 {0} {1}\" role=\"img\" aria-labelledby=\"title desc\" "
                              "font-family=\"{2}\"",
                              Coordinate(width), Coordinate(y), kFonts));
  svg.Append(fmt::format("<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n",
                         EscapeHtml(HeadingOf(figure)), EscapeHtml(figure.caption)));
  svg.Rectangle({0, 0, width, y}, PaperPaint().ground);
  svg.Append(body.svg());
  svg.Close("svg");
  return svg.svg();
}

}  // namespace batchsizer::record
