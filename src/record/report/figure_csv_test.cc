#include "record/report/figure_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "record/report/testing/sample_report.h"

namespace batchsizer::record {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(FigureCsv, HasARowAValue) {
  const Figure figure{
      .id = "f",
      .panels = {
          {.title = "Inception, ImageNet",
           .x = {.label = "Batch size"},
           .y = {.label = "Throughput", .unit = "images/s"},
           .second = Axis{.label = "Power", .unit = "W"},
           .series = {
               {.name = "throughput", .x = {1, 2}, .y = {25.5, 48}},
               {.name = "power", .x = {1, 2}, .y = {kNoValue, 60.125}, .on_second_axis = true}}}}};
  EXPECT_EQ(FigureToCsv(figure),
            "panel,series,x,y,x_axis,y_axis\n"
            "\"Inception, ImageNet\",throughput,1,25.5,Batch size,Throughput (images/s)\n"
            "\"Inception, ImageNet\",throughput,2,48,Batch size,Throughput (images/s)\n"
            "\"Inception, ImageNet\",power,1,,Batch size,Power (W)\n"
            "\"Inception, ImageNet\",power,2,60.125,Batch size,Power (W)\n");
}

TEST(FigureCsv, NamesCategoriesAndNumbersUntitledPanels) {
  const Figure figure{.id = "f",
                      .panels = {{.x = {.label = "Job"},
                                  .y = {.label = "Gain", .unit = "%"},
                                  .series = {{.name = "ours",
                                              .kind = SeriesKind::kBars,
                                              .y = {-8},
                                              .low = {-9},
                                              .high = {-6.5}}},
                                  .categories = {"5"}}}};
  EXPECT_EQ(FigureToCsv(figure),
            "panel,series,x,y,low,high,x_axis,y_axis\n"
            "1,ours,5,-8,-9,-6.5,Job,Gain (%)\n");
}

TEST(FigureCsv, HasCapsBandsAndNotes) {
  const std::string csv = FigureToCsv(testing::SampleSearch());
  EXPECT_THAT(csv, StartsWith("panel,series,x,y,low,high,x_axis,y_axis,note\n"));
  EXPECT_THAT(csv, HasSubstr("Power,cap,5.7,165,,,Time (s),Peak power (W),\n"));
  EXPECT_THAT(csv, HasSubstr("Power,band: 0.8 of the cap and up,0,,128,160,"));
  EXPECT_THAT(csv, HasSubstr("Power,annotation,0.9,96,,,Time (s),Peak power (W),Still below: 64."));
  EXPECT_THAT(FigureToCsv(testing::SamplePower()), HasSubstr(",cap,,228,"));
  EXPECT_THAT(FigureToCsv(testing::SampleCurves()), HasSubstr(",saturation batch,128,,"));
}

TEST(FigureCsv, ThinsNothingOut) {
  const std::string csv = FigureToCsv(testing::SamplePower());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 2 * (2 * 6000 + 1));
}

TEST(FigureCsv, QuotesWhatNeedsIt) {
  const Figure figure{.id = "f",
                      .panels = {{.title = "a \"b\"\nc",
                                  .series = {{.name = "caf\xE9", .x = {0.1}, .y = {1e-7}}}}}};
  EXPECT_EQ(FigureToCsv(figure),
            "panel,series,x,y,x_axis,y_axis\n"
            "\"a \"\"b\"\"\nc\",caf\xEF\xBF\xBD,0.1,1e-07,,\n");
}

TEST(TableCsv, HasUnitsAndPlainNumbers) {
  const Table table{
      .id = "t",
      .columns = {{.header = "DNN"},
                  {.header = "Gain", .unit = "%", .decimals = 1, .signed_number = true}},
      .rows = {{{std::string("ResNet, 101")}, {29.123456}}, {{std::string("x")}, {}}}};
  EXPECT_EQ(TableToCsv(table), "DNN,Gain (%)\n\"ResNet, 101\",29.123456\nx,\n");
}

}  // namespace
}  // namespace batchsizer::record
