#include "record/report/report_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "record/report/testing/sample_report.h"
#include "record/report/testing/well_formed.h"

namespace batchsizer::record {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::SampleReport;
using testing::WhatIsMalformed;

// What the script reads.
nlohmann::json DataOf(const std::string& page) {
  const std::string open = "id=\"data\">";
  const auto from = page.find(open) + open.size();
  return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

// The figure's element.
std::string FigureIn(const std::string& page, const std::string& id) {
  const auto from = page.find("<figure id=\"" + id + "\"");
  return page.substr(from, page.find("</figure>", from) - from);
}

Report With(Table table) { return {.sections = {{.title = "s", .tables = {std::move(table)}}}}; }

TEST(ReportPage, IsWellFormed) {
  EXPECT_EQ(WhatIsMalformed(ReportToHtml(SampleReport()), true), "");
  EXPECT_EQ(WhatIsMalformed(ReportToHtml({}), true), "");
}

TEST(ReportPage, AsksForNothingFromOutside) {
  const std::string page = ReportToHtml(SampleReport());
  EXPECT_FALSE(std::regex_search(page, std::regex("(src|href|action)=\"(https?:)?//")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, Not(HasSubstr("url(http")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(ReportPage, GivesEveryFigureItsCommandCaptionAndFiles) {
  const Report report = SampleReport();
  const std::string page = ReportToHtml(report);
  for (const auto& section : report.sections) {
    for (const auto& figure : section.figures) {
      const std::string html = FigureIn(page, figure.id);
      EXPECT_THAT(html, HasSubstr("<code>" + figure.command + "</code>"));
      EXPECT_THAT(html, HasSubstr("href=\"" + figure.id + ".csv\""));
      EXPECT_THAT(html, HasSubstr("href=\"figures/" + figure.id + ".svg\""));
      EXPECT_THAT(html, HasSubstr("<figcaption>" + figure.caption));
      EXPECT_THAT(html, HasSubstr("<span class=\"badge\">made up</span>"));
      EXPECT_THAT(page, HasSubstr("<a href=\"#" + figure.id + "\">"));
    }
  }
}

TEST(ReportPage, TakesItsColoursFromThePage) {
  const std::string figure = FigureIn(ReportToHtml(SampleReport()), "fig7");
  EXPECT_THAT(figure, HasSubstr("var(--cap)"));
  EXPECT_FALSE(std::regex_search(figure, std::regex("\"#[0-9a-f]{6}\"")));
}

TEST(ReportPage, GivesNoIdTwice) {
  const std::string page = ReportToHtml(SampleReport());
  std::vector<std::string> ids;
  const std::regex pattern(" id=\"([^\"]*)\"");
  for (std::sregex_iterator at(page.begin(), page.end(), pattern), end; at != end; ++at) {
    ids.push_back((*at)[1]);
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

TEST(ReportPage, HasTheValuesThatAreDrawn) {
  const auto data = DataOf(ReportToHtml(SampleReport()));
  ASSERT_EQ(data.at("fig1").size(), 4U);
  const auto& panel = data.at("fig1").at(0);
  EXPECT_EQ(panel.at("x").at("log"), true);
  EXPECT_EQ(panel.at("series").at(0).at("x").size(), 11U);
  EXPECT_EQ(panel.at("series").at(1).at("second"), true);
  EXPECT_EQ(panel.at("series").at(1).at("unit"), "W");
  const auto& bars = data.at("fig5-policies").at(0);
  EXPECT_EQ(bars.at("categories").size(), 20U);
  EXPECT_EQ(bars.at("series").size(), 6U);
  EXPECT_EQ(data.at("fig5").at(0).at("series").at(1).at("y").at(0), nullptr);
  const auto& cap = data.at("fig7").at(0).at("series").at(2);
  EXPECT_EQ(cap.at("name"), "cap");
  EXPECT_EQ(cap.at("y"), nlohmann::json({228}));
}

TEST(ReportPage, ListsClaimsWithVerdictAndReason) {
  const std::string page = ReportToHtml(SampleReport());
  EXPECT_THAT(page, HasSubstr("<li class=\"holds\">"));
  EXPECT_THAT(page, HasSubstr("◐ partly"));
  EXPECT_THAT(page, HasSubstr("The paper, section 5, Fig. 5"));
  EXPECT_THAT(page, HasSubstr("<p class=\"why\">Made up, as all of this is.</p>"));
}

TEST(ReportPage, RoundsTheNumbersOfTables) {
  const std::string page =
      ReportToHtml(With({.columns = {{.header = "a", .decimals = 1, .signed_number = true},
                                     {.header = "b"},
                                     {.header = "c", .decimals = -1}},
                         .rows = {{{29.06}, {12'345.4}, {0.012345}},
                                  {{-8.14, Emphasis::kBad}, {9'999.2}, {}},
                                  {{-0.01}, {kNoValue}, {std::string("<none>")}}}}));
  EXPECT_THAT(page, HasSubstr(">+29.1</td><td class=\"right\">12,345</td>"
                              "<td class=\"right\">0.0123</td>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"right bad\">−8.1</td><td class=\"right\">9999</td>"));
  EXPECT_THAT(page, HasSubstr(">0.0</td><td class=\"right\">–</td>"));
  EXPECT_THAT(page, HasSubstr("&lt;none&gt;"));
}

TEST(ReportPage, KeepsStrangeTextAsText) {
  const std::string evil = "</script><img src=x onerror=alert(1)>\"'&{{data}}";
  Report report{.title = evil, .subtitle = evil, .notes = {evil}, .tiles = {{evil, evil}}};
  Figure figure = testing::SampleSearch();
  figure.title = figure.caption = figure.command = figure.note = evil;
  figure.panels[0].title = figure.panels[0].series[0].name = evil;
  figure.panels[0].annotations[0].text = evil;
  report.sections = {{.title = evil, .paragraphs = {evil}, .figures = {figure}}};
  report.sections[0].claims = {{.place = evil, .sentence = evil, .measured = evil, .why = evil}};
  const std::string page = ReportToHtml(report);
  EXPECT_EQ(WhatIsMalformed(page, true), "");
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_EQ(DataOf(page).at("fig4").at(0).at("series").at(0).at("name"), evil);
}

TEST(ReportPage, StaysSmallForManyPoints) {
  // Two panels of two series of 6000 points.
  EXPECT_LT(ReportToHtml(SampleReport()).size(), 500'000U);
}

}  // namespace
}  // namespace batchsizer::record
