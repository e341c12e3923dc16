#include "record/report/summary_tiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/trace_csv.h"
#include "record/trace_summary.h"

namespace batchsizer::record {
namespace {

using ::testing::HasSubstr;

constexpr const char* kRows =
    "1,160,16,,90,80,130,160,raise,below-band\n"
    "3,640,32,,140,120,130,320,lower,above-cap\n"
    "4,160,16,,100,90,130,160,keep,next-is-too-much\n";

// The tile with this label, as one text; empty: there is none.
std::string TileOf(const std::string& rows, const std::string& label,
                   const nlohmann::json& summary = {}) {
  const auto trace = ParseTrace(std::string(kTraceHeader) + "\n" + rows, "t.csv");
  for (const auto& tile : MakeTiles(*trace, SummariseTrace(*trace), summary)) {
    if (tile.label == label)
      return tile.value + (tile.unit.empty() ? "" : " " + tile.unit) + " | " + tile.note;
  }
  return "";
}

TEST(SummaryTiles, TellWhatTheTraceTells) {
  EXPECT_EQ(TileOf(kRows, "Images"), "960 | in 4 s");
  EXPECT_EQ(TileOf(kRows, "Throughput"), "240 images/s | search included");
  EXPECT_EQ(TileOf(kRows, "Energy"), "410 J | 2.34 images/J, estimate");
  EXPECT_EQ(TileOf(kRows, "Above the cap"), "2 s, 50 % | longest 2 s, 1 window");
  EXPECT_EQ(TileOf(kRows, "Changes"), "2 | in 3 windows");
  EXPECT_EQ(TileOf(kRows, "Settled"), "at 3 s | unchanged from then on");
  EXPECT_EQ(TileOf(kRows, "Mean batch size"), "24.0 | images a batch");
  EXPECT_EQ(TileOf("1,160,16,1404,90,80,130,160,keep,fixed\n", "Mean batch size"),
            "16.0 | at 1404 MHz on average");
  EXPECT_EQ(TileOf(kRows, "Final setting"), "batch 16 | cap 130 W");
}

TEST(SummaryTiles, LeaveOutWhatItDoesNotTell) {
  for (const char* label : {"Failed", "Input wait"}) {
    EXPECT_EQ(TileOf(kRows, label), "") << label;
  }
  const std::string blind = "1,160,16,,,,130,160,keep,no-reading\n";
  EXPECT_EQ(TileOf(blind, "Energy"), "not known | no power readings");
  EXPECT_THAT(TileOf(kRows + std::string("5,9,16,,,,130,9,keep,no-reading\n"), "Energy"),
              HasSubstr("1 window without a reading"));
  const std::string open = "1,160,16,,90,80,130,160,raise,below-band\n";
  EXPECT_EQ(TileOf(open, "Last setting"), "batch 16 | then decided to raise");
  EXPECT_THAT(TileOf(open, "Settled"), HasSubstr("not yet"));
  EXPECT_EQ(TileOf("", "Images"), "");
}

TEST(SummaryTiles, TakeTheRunsOwnSummaryAtItsWord) {
  const nlohmann::json summary = {{"energy_j", 500.0},
                                  {"excess_energy_j", 7.5},
                                  {"failed_images", 3},
                                  {"input_wait_s", 0.25},
                                  {"fraction_of_oracle", 0.9}};
  EXPECT_EQ(TileOf(kRows, "Energy", summary), "500 J | 1.92 images/J");
  EXPECT_THAT(TileOf(kRows, "Above the cap", summary), HasSubstr("excess 7.5 J"));
  EXPECT_THAT(TileOf(kRows, "Failed", summary), HasSubstr("3 |"));
  EXPECT_THAT(TileOf(kRows, "Input wait", summary), HasSubstr("0.25 s"));
  EXPECT_THAT(TileOf(kRows, "Throughput", summary), HasSubstr("0.9 of the best"));
}

}  // namespace
}  // namespace batchsizer::record
