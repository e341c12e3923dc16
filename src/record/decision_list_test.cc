#include "record/decision_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/trace_csv.h"

namespace batchsizer::record {
namespace {

std::vector<ListEntry> List(const std::string& rows) {
  const auto trace = ParseTrace(std::string(kTraceHeader) + "\n" + rows, "t.csv");
  EXPECT_TRUE(trace.has_value()) << (trace ? "" : trace.error().message);
  return trace ? ListDecisions(*trace, 0.8) : std::vector<ListEntry>{};
}

TEST(DecisionList, FoldsEqualDecisionsInARow) {
  const auto list = List(
      "1,16,16,,90,80,130,16,raise,below-band\n"
      "2,32,32,,120,99,130,32,keep,within-band\n"
      "3,32,32,,110,99,130,32,keep,within-band\n"
      "4,32,32,,115,99,130,32,keep,within-band\n"
      "5,32,32,,140,99,130,32,lower,above-cap\n"
      "6,16,16,,110,99,130,16,keep,within-band\n");
  ASSERT_EQ(list.size(), 4);
  EXPECT_EQ(list[0].action, "raise 16 → 32");
  EXPECT_EQ(list[0].kind, EntryKind::kChange);
  EXPECT_EQ(list[1].first, 1);
  EXPECT_EQ(list[1].last, 3);
  EXPECT_EQ(list[1].kind, EntryKind::kSame);
  EXPECT_EQ(list[1].reason, "peaks 110 to 120 W are in the band [104, 130] W: close enough");
  EXPECT_EQ(list[2].action, "lower 32 → 16");
  EXPECT_EQ(list[3].first, 5);
}

TEST(DecisionList, TellsWhenTheCapMoves) {
  const auto list = List(
      "1,32,32,,150,99,200,32,keep,within-band\n"
      "2,32,32,,150,99,200,32,keep,within-band\n"
      "3,32,32,,150,99,200,32,lower,above-cap\n"
      "4,16,16,,90,99,130,16,keep,next-is-too-much\n");
  ASSERT_EQ(list.size(), 4);
  EXPECT_EQ(list[1].kind, EntryKind::kCap);
  EXPECT_EQ(list[1].action, "cap 200 → 130 W");
  EXPECT_EQ(list[1].first, 2);
  EXPECT_EQ(list[2].reason, "peak 150 W is above the new cap of 130 W");
  EXPECT_EQ(list[3].kind, EntryKind::kSame);
}

TEST(DecisionList, PutsACapThatMovedLaterAfterTheDecision) {
  const auto list = List(
      "1,32,32,,140,99,130,32,lower,above-cap\n"
      "2,16,16,,120,99,150,16,raise,below-band\n");
  ASSERT_EQ(list.size(), 3);
  EXPECT_EQ(list[0].reason, "peak 140 W is above the cap of 130 W");
  EXPECT_EQ(list[1].action, "cap 130 → 150 W");
}

TEST(DecisionList, KeepsWindowsWithAndWithoutReadingsApart) {
  const auto list = List(
      "1,32,32,,,,200,32,safe,sensor-silent\n"
      "2,32,32,,9,9,200,32,safe,sensor-silent\n");
  ASSERT_EQ(list.size(), 2);
  EXPECT_EQ(list[0].kind, EntryKind::kChange);
}

TEST(DecisionList, OfNothingIsEmpty) { EXPECT_TRUE(List("").empty()); }

}  // namespace
}  // namespace batchsizer::record
