#include "sim/curve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace batchsizer::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kHeader = "batch,clock_mhz,throughput_ips,power_w\n";

std::string ErrorOf(std::string_view text) {
  const auto curve = Curve::Parse(text, "c.csv");
  if (curve) return "";
  EXPECT_EQ(curve.error().code, ErrorCode::kInvalidInput);
  return curve.error().message;
}

Curve Parsed(const std::string& rows) { return Curve::Parse(kHeader + rows, "c.csv").value(); }

TEST(Curve, ReadsRowsByBatchThenClock) {
  const Curve curve = Parsed("1,500,10,40\n1,1000,20,60\n4,500,30,50\n4,1000,60,90\n");
  EXPECT_THAT(curve.batch_sizes(), ElementsAre(BatchSize(1), BatchSize(4)));
  EXPECT_THAT(curve.clocks(), ElementsAre(Megahertz(500), Megahertz(1000)));
  EXPECT_EQ(curve.At(BatchSize(4), Megahertz(500)).power, Watts(50));
  EXPECT_EQ(curve.At(BatchSize(1), Megahertz(1000)).throughput, ImagesPerSecond(20));
  EXPECT_EQ(curve.lowest_power(), Watts(40));
  EXPECT_EQ(curve.highest_power(), Watts(90));
}

TEST(Curve, ReadsRowsByClockThenBatch) {
  const Curve curve = Parsed("1,500,10,40\n4,500,30,50\n1,1000,20,60\n4,1000,60,90\n");
  EXPECT_EQ(curve.At(BatchSize(4), Megahertz(500)).power, Watts(50));
  EXPECT_EQ(curve.At(BatchSize(1), Megahertz(1000)).power, Watts(60));
}

TEST(Curve, InterpolatesBetweenBatchSizes) {
  const Curve curve = Parsed("1,500,10,40\n5,500,30,50\n8,500,33,59\n");
  const CurvePoint point = curve.At(BatchSize(2), Megahertz(500));
  EXPECT_DOUBLE_EQ(point.throughput.value(), 15);
  EXPECT_DOUBLE_EQ(point.power.value(), 42.5);
  EXPECT_DOUBLE_EQ(curve.At(BatchSize(7), Megahertz(500)).power.value(), 56);
}

TEST(Curve, MayHaveOneRow) {
  const Curve curve = Parsed("8,1000,20,60\n");
  EXPECT_EQ(curve.smallest(), curve.largest());
  EXPECT_EQ(curve.At(BatchSize(8), Megahertz(1000)).power, Watts(60));
}

TEST(Curve, TakesCommentsBlankLinesAndWindowsLineEnds) {
  const auto curve = Curve::Parse(
      "# measured\r\n\r\nbatch,clock_mhz,throughput_ips,power_w\r\n1,500,10,40\r\n# end\r\n", "c");
  EXPECT_TRUE(curve.has_value());
}

TEST(Curve, NamesWhatIsMissing) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("c.csv: the table is empty"));
  EXPECT_THAT(ErrorOf(kHeader), HasSubstr("the table is empty"));
  EXPECT_THAT(ErrorOf(kHeader + "1,500,10\n"), HasSubstr("c.csv:2: 3 cells; 4 are needed"));
  EXPECT_EQ(ErrorOf(kHeader + "1,500,10,40\n2,500,,50\n"),
            "c.csv:3: throughput_ips: the cell is empty; a number is needed");
  EXPECT_THAT(ErrorOf(kHeader + "1,500,10,40\n1,1000,20,60\n4,500,30,50\n"),
              HasSubstr("no row for batch 4 at 1000 MHz"));
  EXPECT_THAT(ErrorOf("1,500,10,40\n"), HasSubstr("c.csv:1: the header is"));
  EXPECT_THAT(ErrorOf("batch,clock,throughput,power\n1,500,10,40\n"), HasSubstr("it must be"));
}

TEST(Curve, NamesWhatIsOutOfOrder) {
  EXPECT_THAT(ErrorOf(kHeader + "4,500,30,50\n1,500,10,40\n"), HasSubstr("c.csv:3: unsorted"));
  EXPECT_THAT(ErrorOf(kHeader + "1,500,10,40\n1,500,11,41\n"),
              HasSubstr("c.csv:3: duplicate: batch 1 at 500 MHz"));
  EXPECT_THAT(ErrorOf(kHeader + "1,500,10,40\n2,500,10,40\n1,500,11,41\n"),
              HasSubstr("c.csv:4: duplicate"));
}

TEST(Curve, NamesNumbersThatCannotBe) {
  EXPECT_EQ(ErrorOf(kHeader + "1,500,10,-40\n"), "c.csv:2: power_w: -40 is not above 0");
  EXPECT_EQ(ErrorOf(kHeader + "1,500,0,40\n"), "c.csv:2: throughput_ips: 0 is not above 0");
  EXPECT_THAT(ErrorOf(kHeader + "0,500,10,40\n"), HasSubstr("batch: 0 is not above 0"));
  EXPECT_THAT(ErrorOf(kHeader + "1.5,500,10,40\n"), HasSubstr("batch: 1.5 is not a whole number"));
  EXPECT_THAT(ErrorOf(kHeader + "1e9,500,10,40\n"), HasSubstr("is not a whole number from 1 to"));
  EXPECT_THAT(ErrorOf(kHeader + "1,500,nan,40\n"), HasSubstr("'nan' is not a number"));
  EXPECT_THAT(ErrorOf(kHeader + "1,5OO,10,40\n"), HasSubstr("'5OO' is not a number"));
}

TEST(Curve, RefusesBatchesThatVirtualTimeCannotHold) {
  EXPECT_THAT(ErrorOf(kHeader + "1,500,1e30,40\n"), HasSubstr("throughput_ips: 1e+30 makes"));
  EXPECT_THAT(ErrorOf(kHeader + "1,500,1e-30,40\n"), HasSubstr("throughput_ips: 1e-30 makes"));
}

TEST(Curve, SaysThatAFileIsNotThere) {
  EXPECT_EQ(Curve::Read("/no/such/curve.csv").error().code, ErrorCode::kNotFound);
}

TEST(Curve, ComesBackFromItsOwnText) {
  const Curve curve = Parsed("1,500,10,40\n1,1000,20,60\n4,500,30,50\n4,1000,60,90\n");
  const auto again = Curve::Parse(curve.ToCsv("made by a test"), "again.csv");
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->ToCsv(""), curve.ToCsv(""));
}

TEST(DefaultBatchSizes, ArePowersOfTwoAndTheLargest) {
  EXPECT_THAT(DefaultBatchSizes(BatchSize(1), BatchSize(8)),
              ElementsAre(BatchSize(1), BatchSize(2), BatchSize(4), BatchSize(8)));
  EXPECT_THAT(DefaultBatchSizes(BatchSize(3), BatchSize(10)),
              ElementsAre(BatchSize(4), BatchSize(8), BatchSize(10)));
  EXPECT_THAT(DefaultBatchSizes(BatchSize(5), BatchSize(5)), ElementsAre(BatchSize(5)));
}

}  // namespace
}  // namespace batchsizer::sim
