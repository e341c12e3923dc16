#include "record/report/report_page.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "embedded/Report.h"
#include "record/report/chart_style.h"
#include "record/report/hover_data.h"
#include "record/report/page_text.h"
#include "record/report/report_parts.h"
#include "record/report/tile.h"

namespace batchsizer::record {
namespace {

using nlohmann::ordered_json;

std::string_view File(std::string_view name) { return base::ContentOf(EmbeddedReport(), name); }

std::string SectionId(const Section& section) {
  return section.id.empty() ? "about-" + LinkName(section.title) : section.id;
}

std::string ContentsItem(const std::string& id, const std::string& number,
                         const std::string& title) {
  return fmt::format("<li><a href=\"#{}\">{}</a>", EscapeHtml(id),
                     EscapeHtml(number.empty() ? title : number + " " + title));
}

std::string ContentsOf(const Section& section) {
  std::string html;
  for (const auto& table : section.tables) {
    if (!table.id.empty()) html += ContentsItem(table.id, table.number, table.title) + "</li>\n";
  }
  for (const auto& figure : section.figures) {
    html += ContentsItem(figure.id, figure.number, figure.title) + "</li>\n";
  }
  return html.empty() ? html : "\n<ul>\n" + html + "</ul>\n";
}

std::string ContentsHtml(const Report& report) {
  std::string html = "<ul>\n";
  for (const auto& section : report.sections) {
    html += ContentsItem(SectionId(section), "", section.title) + ContentsOf(section) + "</li>\n";
  }
  if (!report.files.empty()) html += "<li><a href=\"#files\">Files</a></li>\n";
  return html + "</ul>\n";
}

std::string NotesHtml(const Report& report) {
  std::string html;
  for (const auto& note : report.notes) {
    html += fmt::format("<p class=\"note\">{}</p>\n", EscapeHtml(note));
  }
  return html;
}

std::string MadeHtml(const Report& report) {
  if (report.command.empty()) return "";
  return fmt::format(
      "<p class=\"made\">Made by <code>{}</code>{}</p>\n", EscapeHtml(report.command),
      report.made_by.empty() ? std::string()
                             : fmt::format(" <span>{}</span>", EscapeHtml(report.made_by)));
}

std::string SectionHtml(const Section& section) {
  std::string html = fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n",
                                 EscapeHtml(SectionId(section)), EscapeHtml(section.title));
  for (const auto& text : section.paragraphs) {
    html += fmt::format("<p>{}</p>\n", EscapeHtml(text));
  }
  html += ClaimsToHtml(section.claims);
  for (const auto& table : section.tables) html += TableToHtml(table);
  for (const auto& figure : section.figures) html += FigureToHtml(figure);
  return html + "</section>\n";
}

std::string SectionsHtml(const Report& report) {
  std::string html;
  for (const auto& section : report.sections) html += SectionHtml(section);
  return html;
}

std::string FilesHtml(const Report& report) {
  if (report.files.empty()) return "";
  std::string html =
      "<section id=\"files\">\n<h2>Files</h2>\n<p>Beside this page; each figure names its own, "
      "too.</p>\n<ul class=\"files\">\n";
  for (const auto& file : report.files) {
    const std::string name = EscapeHtml(file.name);
    html += fmt::format("<li><a href=\"{0}\">{0}</a>{1}{2}</li>\n", name,
                        file.about.empty() ? "" : ": ", EscapeHtml(file.about));
  }
  return html + "</ul>\n</section>\n";
}

ordered_json DataOf(const Report& report) {
  ordered_json data = ordered_json::object();
  for (const auto& section : report.sections) {
    for (const auto& figure : section.figures) {
      const Legend legend(figure);
      const auto layouts = LayOutFigure(figure);
      auto& panels = data[figure.id] = ordered_json::array();
      for (std::size_t i = 0; i < layouts.size(); ++i) {
        panels.push_back(HoverData(figure.panels[i], layouts[i], legend));
      }
    }
  }
  return data;
}

}  // namespace

std::string ReportToHtml(const Report& report) {
  const std::string title = EscapeHtml(report.title);
  const std::string subtitle = EscapeHtml(report.subtitle);
  const std::string contents = ContentsHtml(report);
  const std::string notes = NotesHtml(report);
  const std::string tiles =
      report.tiles.empty() ? "" : "<dl class=\"tiles\">\n" + TilesToHtml(report.tiles) + "</dl>\n";
  const std::string made = MadeHtml(report);
  const std::string sections = SectionsHtml(report);
  const std::string files = FilesHtml(report);
  const std::string data = JsonForScript(DataOf(report));
  const std::pair<std::string_view, std::string_view> values[] = {
      {"title", title},
      {"subtitle", subtitle},
      {"contents", contents},
      {"notes", notes},
      {"tiles", tiles},
      {"made", made},
      {"sections", sections},
      {"files", files},
      {"data", data},
      {"common_style", File("page.css")},
      {"style", File("report.css")},
      {"script", File("report.js")}};
  return FillTemplate(File("report.html"), values);
}

}  // namespace batchsizer::record
