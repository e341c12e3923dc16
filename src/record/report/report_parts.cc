#include "record/report/report_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "record/report/annotations.h"
#include "record/report/chart_style.h"
#include "record/report/page_text.h"
#include "record/report/panel_svg.h"

namespace batchsizer::record {
namespace {

// What makes it, and where its numbers are.
std::string MadeHtml(const std::string& command, const std::string& links) {
  if (command.empty() && links.empty()) return "";
  std::string html = "<p class=\"made\">";
  if (!command.empty()) html += fmt::format("<code>{}</code>", EscapeHtml(command));
  return html + links + "</p>\n";
}

std::string LegendHtml(const Legend& legend) {
  if (legend.keys().empty()) return "";
  std::string html = "<ul class=\"legend\">\n";
  for (const auto& key : legend.keys()) {
    SvgWriter svg;
    DrawKey(svg, 0, 0, key, PagePaint());
    const std::string inside =
        fmt::format("<svg viewBox=\"0 0 24 12\" aria-hidden=\"true\">{}</svg>{}", svg.svg(),
                    EscapeHtml(key.name));
    html += key.is_series ? fmt::format(
                                "<li><button type=\"button\" aria-pressed=\"true\" "
                                "title=\"Hide or show\">{}</button></li>\n",
                                inside)
                          : fmt::format("<li>{}</li>\n", inside);
  }
  return html + "</ul>\n";
}

// What a chart is, for those who cannot see it.
std::string Spoken(const Figure& figure, const Panel& panel) {
  std::string text = panel.title.empty() ? figure.title : panel.title;
  text += ": ";
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    text += (i > 0 ? ", " : "") + panel.series[i].name;
  }
  text += " over " + (panel.x.label.empty() ? std::string("x") : AxisTitle(panel.x));
  return text + ". Arrow keys read the values; they are in the CSV too.";
}

std::string ChartHtml(const Figure& figure, std::size_t index, const PanelLayout& layout,
                      const Legend& legend) {
  const Panel& panel = figure.panels[index];
  SvgWriter svg;
  svg.Open("svg", fmt::format("viewBox=\"0 0 {} {}\" aria-hidden=\"true\"",
                              Coordinate(layout.width), Coordinate(layout.height)));
  DrawPanel(svg, panel, layout, legend, PagePaint(), fmt::format("{}-clip{}", figure.id, index));
  svg.Close("svg");
  std::string html = fmt::format(
      "<div class=\"panel\">\n<div class=\"scroll\"><div class=\"chart\" tabindex=\"0\" "
      "role=\"group\" aria-roledescription=\"chart\" aria-label=\"{}\">\n{}</div></div>\n",
      EscapeHtml(Spoken(figure, panel)), svg.svg());
  const auto words = NumberedWords(panel);
  if (!words.empty()) html += "<ol class=\"numbered\">\n";
  for (const auto& each : words) html += fmt::format("<li>{}</li>\n", EscapeHtml(each));
  if (!words.empty()) html += "</ol>\n";
  return html + "</div>\n";
}

std::string_view ColumnsClass(const Figure& figure) {
  if (figure.columns >= 3) return "three";
  return figure.columns == 2 ? "two" : "one";
}

std::string NumberText(double value, const TableColumn& column) {
  if (!std::isfinite(value)) return "–";
  std::string text;
  if (column.decimals < 0) {
    text = Rounded(std::abs(value));
  } else if (column.decimals == 0 && std::abs(value) < 1e15) {
    const double whole = std::round(std::abs(value));
    text = whole < 10'000 ? fmt::format("{:.0f}", whole) : Grouped(std::llround(whole));
  } else {
    text = fmt::format("{:.{}f}", std::abs(value), column.decimals);
  }
  const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
  if (value < 0 && !is_zero) return "−" + text;
  return column.signed_number && !is_zero ? "+" + text : text;
}

std::string CellHtml(const TableCell& cell, const TableColumn& column) {
  if (const auto* text = std::get_if<std::string>(&cell.value)) return EscapeHtml(*text);
  if (const auto* number = std::get_if<double>(&cell.value)) return NumberText(*number, column);
  return "–";
}

std::string_view ClassOf(Emphasis emphasis) {
  switch (emphasis) {
    case Emphasis::kStrong:
      return "strong";
    case Emphasis::kGood:
      return "good";
    case Emphasis::kBad:
      return "bad";
    case Emphasis::kFaint:
      return "weak";
    case Emphasis::kNone:
      break;
  }
  return "";
}

std::string ClassAttribute(std::string_view align, std::string_view emphasis) {
  if (align.empty() && emphasis.empty()) return "";
  const std::string_view space = align.empty() || emphasis.empty() ? "" : " ";
  return fmt::format(" class=\"{}{}{}\"", align, space, emphasis);
}

// Names of networks do not break; sentences do.
constexpr std::size_t kLongCell = 26;

bool IsShort(const Table& table, std::size_t column) {
  return std::all_of(table.rows.begin(), table.rows.end(), [column](const auto& row) {
    if (column >= row.size()) return true;
    const auto* text = std::get_if<std::string>(&row[column].value);
    return text == nullptr || text->size() < kLongCell;
  });
}

std::string_view AlignClass(const Table& table, std::size_t column) {
  if (table.columns[column].align == TableColumn::Align::kRight) return "right";
  return IsShort(table, column) ? "short" : "";
}

std::string HeadHtml(const Table& table) {
  std::string html = "<thead><tr>";
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    html += fmt::format("<th scope=\"col\"{}>{}", ClassAttribute(AlignClass(table, i), ""),
                        EscapeHtml(column.header));
    if (!column.unit.empty()) html += fmt::format(" <small>{}</small>", EscapeHtml(column.unit));
    html += "</th>";
  }
  return html + "</tr></thead>\n";
}

std::string RowHtml(const Table& table, const std::vector<TableCell>& row) {
  std::string html = "<tr>";
  for (std::size_t i = 0; i < std::min(row.size(), table.columns.size()); ++i) {
    const auto& column = table.columns[i];
    html +=
        fmt::format("<td{}>{}</td>", ClassAttribute(AlignClass(table, i), ClassOf(row[i].emphasis)),
                    CellHtml(row[i], column));
  }
  return html + "</tr>\n";
}

struct VerdictWords {
  std::string_view css;
  std::string_view words;
};

VerdictWords WordsOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPartly:
      return {"partly", "◐ partly"};
    case Verdict::kDiffers:
      return {"differs", "✗ differs"};
    case Verdict::kHolds:
      break;
  }
  return {"holds", "✓ holds"};
}

}  // namespace

std::string FigureToHtml(const Figure& figure) {
  const Legend legend(figure);
  const auto layouts = LayOutFigure(figure);
  const std::string id = EscapeHtml(figure.id);
  std::string html = fmt::format("<figure id=\"{}\">\n<h3>{}</h3>\n", id,
                                 HeadingHtml(figure.number, figure.title, figure.note));
  html += LegendHtml(legend);
  html += fmt::format("<div class=\"panels {}\">\n", ColumnsClass(figure));
  for (std::size_t i = 0; i < layouts.size(); ++i) html += ChartHtml(figure, i, layouts[i], legend);
  html += "</div>\n";
  if (!figure.caption.empty()) {
    html += fmt::format("<figcaption>{}</figcaption>\n", EscapeHtml(figure.caption));
  }
  html +=
      MadeHtml(figure.command,
               fmt::format("<a href=\"{0}.csv\">CSV</a><a href=\"figures/{0}.svg\">SVG</a>", id));
  return html + "</figure>\n";
}

std::string TableToHtml(const Table& table) {
  const std::string id = EscapeHtml(table.id);
  std::string html = fmt::format("<div class=\"table\"{}>\n<h3>{}</h3>\n",
                                 id.empty() ? std::string() : fmt::format(" id=\"{}\"", id),
                                 HeadingHtml(table.number, table.title, table.note));
  if (!table.caption.empty()) {
    html += fmt::format("<p class=\"caption\">{}</p>\n", EscapeHtml(WithMinus(table.caption)));
  }
  html += fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table>\n{}<tbody>\n",
      EscapeHtml(table.title), HeadHtml(table));
  for (const auto& row : table.rows) html += RowHtml(table, row);
  html += "</tbody></table></div>\n";
  html += MadeHtml(table.command,
                   id.empty() ? std::string() : fmt::format("<a href=\"{}.csv\">CSV</a>", id));
  return html + "</div>\n";
}

std::string ClaimsToHtml(const std::vector<Claim>& claims) {
  if (claims.empty()) return "";
  std::string html = "<ul class=\"claims\">\n";
  for (const auto& claim : claims) {
    const auto [css, words] = WordsOf(claim.verdict);
    html += fmt::format(
        "<li class=\"{}\"><div class=\"verdict\">{}</div>\n"
        "<div><small>The paper, {}</small>{}</div>\n<div><small>Measured here</small>{}",
        css, words, EscapeHtml(claim.place), EscapeHtml(claim.sentence),
        EscapeHtml(WithMinus(claim.measured)));
    if (!claim.why.empty()) html += fmt::format("<p class=\"why\">{}</p>", EscapeHtml(claim.why));
    html += "</div></li>\n";
  }
  return html + "</ul>\n";
}

std::string HeadingHtml(const std::string& number, const std::string& title,
                        const std::string& note) {
  std::string html;
  if (!number.empty()) {
    html += fmt::format("<span class=\"number\">{}</span> ", EscapeHtml(number));
  }
  html += EscapeHtml(title);
  if (!note.empty()) html += fmt::format(" <span class=\"badge\">{}</span>", EscapeHtml(note));
  return html;
}

std::string LinkName(const std::string& text) {
  std::string name;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    const bool upper = c >= 'A' && c <= 'Z';
    if (letter || upper) {
      name += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "section" : name;
}

}  // namespace batchsizer::record
