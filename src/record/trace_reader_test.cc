#include "record/trace_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/trace_csv.h"

namespace batchsizer::record {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kHeader = std::string(kTraceHeader) + "\n";
constexpr const char* kGood = "0.25,160,16,1531,96.5,90.25,130,640,raise,below-band";

Trace Read(const std::string& text) {
  auto trace = ParseTrace(text, "t.csv");
  EXPECT_TRUE(trace.has_value()) << (trace ? "" : trace.error().message);
  return trace.value_or(Trace{});
}

std::string FaultOf(const std::string& text) {
  const auto trace = ParseTrace(text, "t.csv");
  if (trace) return "no fault";
  EXPECT_EQ(trace.error().code, ErrorCode::kInvalidInput);
  return trace.error().message;
}

TEST(TraceReader, ReadsBackWhatTheWriterWrote) {
  WindowRecord written;
  written.start = TimePoint(milliseconds(0));
  written.end = TimePoint(milliseconds(250));
  written.images = 160;
  written.setting = {BatchSize(16), Megahertz(1531)};
  written.peak_power = Watts(123.457);
  written.mean_power = Watts(100);
  written.cap = Watts(125.5);
  written.throughput = ImagesPerSecond(640);
  written.decision = {{BatchSize(16), Megahertz(1531)}, Action::kKeep, Reason::kRetry};
  std::string text = kHeader;
  AppendTraceRow(text, written, TimePoint{});
  const auto read = Read(text + "\n").windows;
  ASSERT_EQ(read.size(), 1);
  EXPECT_EQ(read[0].start, written.start);
  EXPECT_EQ(read[0].end, written.end);
  EXPECT_EQ(read[0].images, written.images);
  EXPECT_EQ(read[0].setting, written.setting);
  EXPECT_EQ(read[0].peak_power, written.peak_power);
  EXPECT_EQ(read[0].mean_power, written.mean_power);
  EXPECT_EQ(read[0].cap, written.cap);
  EXPECT_EQ(read[0].throughput, written.throughput);
  EXPECT_EQ(read[0].decision.setting, written.decision.setting);
  EXPECT_EQ(read[0].decision.action, written.decision.action);
  EXPECT_EQ(read[0].decision.reason, written.decision.reason);
}

TEST(TraceReader, ReadsEveryDecisionAndReason) {
  for (int i = 0; i <= static_cast<int>(Reason::kEndOfRun); ++i) {
    const auto name = std::string(ToString(static_cast<Reason>(i)));
    const auto windows = Read(fmt::format("{}1,1,1,,,,9,1,safe,{}\n", kHeader, name)).windows;
    ASSERT_EQ(windows.size(), 1) << name;
    EXPECT_EQ(windows[0].decision.reason, static_cast<Reason>(i));
    EXPECT_EQ(windows[0].decision.action, Action::kSafe);
  }
}

TEST(TraceReader, LeavesUnknownCellsUnknown) {
  const auto windows = Read(kHeader + "1,1,1,,,,9,1,keep,no-reading\n").windows;
  ASSERT_EQ(windows.size(), 1);
  EXPECT_FALSE(windows[0].peak_power || windows[0].mean_power || windows[0].setting.clock);
  EXPECT_DOUBLE_EQ(windows[0].energy.value(), 0);
}

TEST(TraceReader, TakesTheNextWindowsSettingAsWhatWasDecided) {
  const auto trace = Read(kHeader + "1,40,16,,90,80,130,40,raise,below-band\n" +
                          "3,100,32,,120,100,130,50,keep,within-band\n");
  ASSERT_EQ(trace.windows.size(), 2);
  EXPECT_EQ(trace.windows[0].decision.setting.batch_size, BatchSize(32));
  EXPECT_EQ(trace.windows[0].batches, 3);  // 16, 16 and 8
  EXPECT_DOUBLE_EQ(trace.windows[1].energy.value(), 200);
  EXPECT_EQ(trace.windows[1].start, trace.windows[0].end);
  EXPECT_TRUE(trace.last_setting_known);
  EXPECT_FALSE(Read(kHeader + kGood + "\n").last_setting_known);
}

TEST(TraceReader, SkipsBlankLinesAndKeepsComments) {
  const auto trace =
      Read("\xEF\xBB\xBF# emulated P40\r\n\r\n" + kHeader + "\n# more\n" + kGood + "\r\n");
  EXPECT_EQ(trace.windows.size(), 1);
  EXPECT_THAT(trace.comments, ElementsAre("emulated P40", "more"));
}

TEST(TraceReader, WithHeaderOnlyHasNoWindows) {
  for (const auto& text : {kHeader, std::string(kTraceHeader)}) {
    EXPECT_TRUE(Read(text).windows.empty());
    EXPECT_FALSE(Read(text).torn_line);
  }
}

TEST(TraceReader, LeavesOutALastLineThatWasCutAnywhere) {
  const std::string whole = kHeader + kGood + "\n";
  const std::string row = "0.5,160,16,1531,96.5,90.25,130,640,raise,below-band";
  for (std::size_t length = 1; length < row.size(); ++length) {
    const auto trace = Read(whole + row.substr(0, length));
    EXPECT_EQ(trace.windows.size(), 1) << length;
    EXPECT_EQ(trace.torn_line, 3) << length;
  }
  EXPECT_EQ(Read(whole + row).windows.size(), 2);  // whole, but for the line's end
}

TEST(TraceReader, TakesAHeaderThatWasCutForATraceWithoutWindows) {
  const auto trace = Read("time_s,ima");
  EXPECT_TRUE(trace.windows.empty());
  EXPECT_EQ(trace.torn_line, 1);
}

TEST(TraceReader, LetsTheTimesOfTracesInOneFileGoOn) {
  const auto trace = Read(kHeader + kGood + "\n" + kHeader + kGood + "\n");
  ASSERT_EQ(trace.windows.size(), 2);
  EXPECT_EQ(trace.runs, 2);
  EXPECT_EQ(trace.windows[1].end, TimePoint(milliseconds(500)));
}

TEST(TraceReader, NamesLineColumnAndWhatWouldBeRight) {
  const std::string rows = kHeader + kGood + "\n";
  const std::pair<const char*, const char*> cases[] = {
      {"x,160,16,1531,96.5,90.25,130,640,raise,below-band", "t.csv:3: time_s: 'x' is not a number"},
      {"0.2,160,16,1531,96.5,90.25,130,640,raise,below-band", "time_s: '0.200000' is before"},
      {"-1,160,16,1531,96.5,90.25,130,640,raise,below-band", "time_s: '-1' is not from 0"},
      {"1,1.5,16,1531,96.5,90.25,130,640,raise,below-band", "images: '1.5' is no whole number"},
      {"1,160,0,1531,96.5,90.25,130,640,raise,below-band", "batch_size: '0' is not from 1"},
      {"1,160,,1531,96.5,90.25,130,640,raise,below-band", "batch_size: the cell is empty"},
      {"1,160,16,fast,96.5,90.25,130,640,raise,below-band", "clock_mhz: 'fast' is not a number"},
      {"1,160,16,1531,nan,90.25,130,640,raise,below-band", "peak_power_w: 'nan'"},
      {"1,160,16,1531,96.5,-1,130,640,raise,below-band", "mean_power_w: '-1'"},
      {"1,160,16,1531,96.5,90.25,0,640,raise,below-band", "power_cap_w: '0' is not above 0"},
      {"1,160,16,1531,96.5,90.25,130,,raise,below-band", "throughput_ips: the cell is empty"},
      {"1,160,16,1531,96.5,90.25,130,640,jump,below-band", "decision: 'jump' is none"},
      {"1,160,16,1531,96.5,90.25,130,640,raise,because", "reason: 'because' is none"},
      {"1,160,16", "t.csv:3: 3 cells; 10 are needed: time_s,images"},
  };
  for (const auto& [row, fault] : cases) {
    EXPECT_THAT(FaultOf(rows + row + "\n"), HasSubstr(fault));
  }
}

TEST(TraceReader, RefusesWhatIsNoTrace) {
  EXPECT_THAT(FaultOf(""), HasSubstr("is empty; a trace begins with 'time_s,"));
  EXPECT_THAT(FaultOf("# only this\n"), HasSubstr("is empty"));
  EXPECT_THAT(FaultOf("batch,clock_mhz\n1,2\n"), HasSubstr("t.csv:1: the header is 'batch,clock"));
  EXPECT_THAT(FaultOf("hello"), HasSubstr("the header is 'hello'"));
  EXPECT_THAT(FaultOf(std::string(5000, 'x')), ::testing::SizeIs(::testing::Lt(400)));
}

}  // namespace
}  // namespace batchsizer::record
