#include "record/report/figure_svg.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "record/report/chart_style.h"
#include "record/report/panel_layout.h"
#include "record/report/testing/sample_report.h"
#include "record/report/testing/well_formed.h"

namespace batchsizer::record {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::WhatIsMalformed;

Figure One(Series series, Axis x = {.label = "Time", .unit = "s"},
           Axis y = {.label = "Power", .unit = "W"}) {
  return {.id = "one",
          .number = "Fig. 1",
          .title = "One series",
          .panels = {{.x = std::move(x), .y = std::move(y), .series = {std::move(series)}}}};
}

int Count(const std::string& text, const std::string& what) {
  int count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

// The first path that a figure's only series draws.
std::string PathOf(const Figure& figure) {
  const std::string svg = FigureToSvg(figure);
  const auto group = svg.find("clip-path");
  const auto from = svg.find("<path d=\"", group);
  if (from == std::string::npos) return "";
  return svg.substr(from + 9, svg.find('"', from + 9) - from - 9);
}

TEST(FigureSvg, IsWellFormedWhateverItShows) {
  for (const auto& section : testing::SampleReport().sections) {
    for (const auto& figure : section.figures) {
      EXPECT_EQ(WhatIsMalformed(FigureToSvg(figure), false), "") << figure.id;
    }
  }
}

TEST(FigureSvg, StandsAlone) {
  const std::string svg = FigureToSvg(testing::SampleSearch());
  EXPECT_THAT(svg, HasSubstr("xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 "));
  EXPECT_THAT(svg, HasSubstr("<title id=\"title\">Fig. 4: One search (made up)</title>"));
  EXPECT_THAT(svg, HasSubstr("<desc id=\"desc\">The binary search"));
  EXPECT_THAT(svg, HasSubstr("fill=\"#ffffff\""));
  EXPECT_THAT(svg, Not(HasSubstr("var(--")));
  EXPECT_THAT(svg, HasSubstr("Still below: 64."));
}

TEST(FigureSvg, SaysWhatTheAxesAre) {
  const std::string svg = FigureToSvg(testing::SampleCurves());
  EXPECT_EQ(Count(svg, ">Throughput (images/s)</text>"), 4);
  EXPECT_EQ(Count(svg, ">Peak power (W)</text>"), 4);
  EXPECT_EQ(Count(svg, ">1024</text>"), 4);
  EXPECT_EQ(Count(svg, ">saturation batch</text>"), 5);  // in the legend, too
}

TEST(FigureSvg, KeepsStrangeTextAsText) {
  Figure figure = One({.name = "</text><script>", .x = {0, 1}, .y = {1, 2}});
  figure.title = "a < b & \"c\"";
  figure.panels[0].annotations = {{.x = 0, .y = 1, .text = "<b>caf\xE9"}};
  const std::string svg = FigureToSvg(figure);
  EXPECT_EQ(WhatIsMalformed(svg, false), "");
  EXPECT_THAT(svg, Not(HasSubstr("<script>")));
  EXPECT_THAT(svg, HasSubstr("a &lt; b &amp; &quot;c&quot;"));
}

TEST(FigureSvg, LeavesAGapWhereThereIsNoValue) {
  const std::string path =
      PathOf(One({.name = "power", .x = {0, 1, 2, 3, 4}, .y = {1, 2, kNoValue, 2, 1}}));
  EXPECT_EQ(Count(path, "M"), 2);
  EXPECT_EQ(Count(path, "L"), 2);
}

TEST(FigureSvg, ShowsAPointAloneBetweenGaps) {
  const std::string path =
      PathOf(One({.name = "power", .x = {0, 1, 2}, .y = {kNoValue, 2, kNoValue}}));
  EXPECT_TRUE(path.ends_with("h0")) << path;
}

TEST(FigureSvg, HoldsAStepUntilTheNext) {
  const std::string path =
      PathOf(One({.name = "size", .kind = SeriesKind::kSteps, .x = {0, 1, 3}, .y = {1, 2, 4}}));
  EXPECT_EQ(Count(path, "V"), 2);
  EXPECT_EQ(Count(path, "H"), 3);  // the last value holds to the axis' end
}

TEST(FigureSvg, SurvivesWhatHasNothingToShow) {
  Figure figure = One({.name = "none"});
  EXPECT_THAT(FigureToSvg(figure), HasSubstr("no values"));
  figure.panels[0].series[0] = {.name = "nan", .x = {1, 2}, .y = {kNoValue, kNoValue}};
  EXPECT_THAT(FigureToSvg(figure), HasSubstr("no values"));
  figure.panels.clear();
  EXPECT_EQ(WhatIsMalformed(FigureToSvg(figure), false), "");
  EXPECT_EQ(WhatIsMalformed(FigureToSvg({}), false), "");
}

TEST(FigureSvg, SurvivesOnePointAndExtremeOnes) {
  const double infinite = std::numeric_limits<double>::infinity();
  for (const auto& [x, y] :
       std::vector<std::pair<std::vector<double>, std::vector<double>>>{{{5}, {5}},
                                                                        {{0}, {0}},
                                                                        {{0, 1}, {1e300, -1e300}},
                                                                        {{0, 1}, {infinite, 1}},
                                                                        {{1e-300, 2e-300}, {1, 2}},
                                                                        {{infinite, 1}, {1, 2}},
                                                                        {{3, 3}, {1, 2}}}) {
    for (const Scale scale : {Scale::kLinear, Scale::kLog2}) {
      const std::string svg =
          FigureToSvg(One({.name = "s", .x = x, .y = y}, {.scale = scale}, {.scale = scale}));
      EXPECT_EQ(WhatIsMalformed(svg, false), "");
      EXPECT_THAT(svg, Not(HasSubstr("nan")));
      EXPECT_THAT(svg, Not(HasSubstr("inf")));
    }
  }
}

TEST(FigureSvg, LeavesOutWhatALogAxisCannotShow) {
  const std::string path =
      PathOf(One({.name = "t", .x = {0, 1, 2, 4}, .y = {9, 1, 2, 3}}, {.scale = Scale::kLog2}));
  EXPECT_EQ(Count(path, "L") + Count(path, "M"), 3);
}

TEST(FigureSvg, StaysSmallForManyPoints) {
  Series series{.name = "power"};
  for (int i = 0; i < 200'000; ++i) {
    series.x.push_back(i * 0.001);
    series.y.push_back(i == 123'456 ? 260 : i % 7 == 0 ? 60 : 200 + i % 5);
  }
  const Figure figure = One(series);
  EXPECT_LT(FigureToSvg(figure).size(), 100'000U);
  const auto points = PointsToDraw(series, LayOutFigure(figure)[0].x);
  EXPECT_NE(std::find(points.begin(), points.end(), 123'456U), points.end());
}

TEST(FigureSvg, DrawsBarsDownFromZero) {
  Figure figure = testing::SampleGains();
  figure.panels[0].series.resize(1);
  const auto layout = LayOutFigure(figure)[0];
  const std::string svg = FigureToSvg(figure);
  EXPECT_LT(layout.y.Place(29), layout.y.Place(0));
  EXPECT_GT(layout.y.Place(-8.1), layout.y.Place(0));
  EXPECT_THAT(svg, HasSubstr(">−8.1</text>"));
  EXPECT_THAT(svg, HasSubstr(">+29</text>"));
  EXPECT_THAT(svg, HasSubstr(">Caltech256</text>"));
}

TEST(FigureSvg, HasABarForEachJobAndPolicy) {
  const std::string svg = FigureToSvg(testing::SampleBars());
  // The ground, the clip, six keys, and 20 x 6 bars.
  EXPECT_EQ(Count(svg, "<rect "), 1 + 1 + 6 + 120);
}

TEST(FigureSvg, DrawsBarsOnALogAxisFromItsEnd) {
  Figure figure = testing::SampleGains();
  figure.panels[0].y.scale = Scale::kLog2;
  figure.panels[0].series = {
      {.name = "batch size", .kind = SeriesKind::kBars, .y = std::vector<double>(20, 16)}};
  figure.panels[0].series[0].y[0] = 256;
  figure.panels[0].series[0].y[1] = 4;
  const std::string svg = FigureToSvg(figure);
  EXPECT_EQ(Count(svg, "<rect "), 1 + 1 + 1 + 20);  // ground, clip, key
  EXPECT_EQ(Count(svg, "height=\"0\""), 0);
}

TEST(FigureSvg, TurnsLongNamesOfCategories) {
  Figure figure = testing::SampleGains();
  EXPECT_FALSE(LayOutFigure(figure)[0].turned_categories);
  for (auto& name : figure.panels[0].categories) name.insert(0, "a rather long name ");
  EXPECT_TRUE(LayOutFigure(figure)[0].turned_categories);
  EXPECT_EQ(WhatIsMalformed(FigureToSvg(figure), false), "");
}

TEST(FigureSvg, PutsTheCapsValueBesideIt) {
  EXPECT_THAT(FigureToSvg(testing::SamplePower()), HasSubstr(">228</text>"));
}

TEST(Legend, GivesANameOneLookInAllPanels) {
  const Figure figure = testing::SampleCurves();
  const Legend legend(figure);
  ASSERT_EQ(legend.keys().size(), 3U);  // throughput, peak power, saturation batch
  EXPECT_EQ(legend.LookOf(figure.panels[0].series[1]), legend.LookOf(figure.panels[3].series[1]));
}

TEST(Legend, MarksLinesOfManyPointsOnlyAmongMany) {
  const auto keys_of = [](std::size_t lines) {
    Figure figure = One({});
    const std::vector<double> many(100, 1);
    figure.panels[0].series.assign(lines, {.x = many, .y = many});
    for (std::size_t i = 0; i < lines; ++i) {
      figure.panels[0].series[i].name = std::string(1, static_cast<char>('a' + i));
    }
    return Legend(figure).keys();
  };
  EXPECT_FALSE(keys_of(2).front().marked);
  EXPECT_TRUE(keys_of(4).front().marked);
  EXPECT_TRUE(Legend(testing::SampleCurves()).keys().front().marked);
}

TEST(Legend, GivesPoliciesTheirOwnColours) {
  const Figure figure = testing::SampleBars();
  const Legend legend(figure);
  std::vector<int> slots;
  for (const auto& series : figure.panels[0].series) slots.push_back(legend.LookOf(series).slot);
  std::sort(slots.begin(), slots.end());
  EXPECT_EQ(std::adjacent_find(slots.begin(), slots.end()), slots.end());
}

TEST(Legend, TellsMoreSeriesThanColoursApart) {
  Figure figure = One({});
  figure.panels[0].series.clear();
  for (int i = 0; i < 10; ++i) {
    figure.panels[0].series.push_back({.name = std::string(1, static_cast<char>('a' + i))});
  }
  const Legend legend(figure);
  const auto& series = figure.panels[0].series;
  for (std::size_t i = 0; i < series.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_FALSE(legend.LookOf(series[i]) == legend.LookOf(series[j])) << i << " " << j;
    }
  }
}

}  // namespace
}  // namespace batchsizer::record
