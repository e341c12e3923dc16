#include "record/trace_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace batchsizer::record {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;

WindowRecord Window() {
  WindowRecord record;
  record.start = TimePoint(seconds(10));
  record.end = TimePoint(milliseconds(10250));
  record.images = 160;
  record.setting = {BatchSize(16), Megahertz(1531)};
  record.peak_power = Watts(123.4567);
  record.mean_power = Watts(100);
  record.cap = Watts(125.5);
  record.throughput = ImagesPerSecond(640);
  record.decision = {{BatchSize(32), Megahertz(1531)}, Action::kRaise, Reason::kBelowBand};
  return record;
}

std::string RowOf(const WindowRecord& record) {
  std::string row;
  AppendTraceRow(row, record, TimePoint(seconds(10)));
  return row;
}

std::string Content(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(TraceRow, HasTheColumnsOfTheDesign) {
  EXPECT_STREQ(kTraceHeader,
               "time_s,images,batch_size,clock_mhz,peak_power_w,mean_power_w,power_cap_w,"
               "throughput_ips,decision,reason");
  EXPECT_EQ(RowOf(Window()), "0.250000,160,16,1531,123.457,100.000,125.5,640.000,raise,below-band");
}

TEST(TraceRow, LeavesUnknownCellsEmpty) {
  WindowRecord record = Window();
  record.peak_power.reset();
  record.mean_power.reset();
  record.setting.clock.reset();
  EXPECT_EQ(RowOf(record), "0.250000,160,16,,,,125.5,640.000,raise,below-band");
}

TEST(TraceRow, NamesEveryDecision) {
  WindowRecord record = Window();
  for (const Action action :
       {Action::kKeep, Action::kRaise, Action::kLower, Action::kImpossible, Action::kSafe}) {
    record.decision.action = action;
    EXPECT_THAT(RowOf(record), EndsWith(std::string(ToString(action)) + ",below-band"));
  }
}

TEST(TraceWriter, WritesHeaderAndRows) {
  const std::string path = ::testing::TempDir() + "/batchsizer_trace_test.csv";
  auto writer = TraceWriter::Create(path, TimePoint(seconds(10)));
  ASSERT_TRUE(writer.has_value()) << writer.error().message;
  writer->Add(Window());
  writer->Add(Window());
  EXPECT_TRUE(writer->Close().has_value());
  EXPECT_TRUE(writer->Close().has_value());
  const std::string row = RowOf(Window());
  EXPECT_EQ(Content(path), std::string(kTraceHeader) + "\n" + row + "\n" + row + "\n");
  std::filesystem::remove(path);
}

class ContinuedTrace : public ::testing::Test {
 protected:
  ~ContinuedTrace() override { std::filesystem::remove(path_); }
  void Write(std::string_view text) const { std::ofstream(path_) << text; }
  // Adds a window that ends a second after the start.
  [[nodiscard]] Status AddOne() const {
    auto writer = TraceWriter::Continue(path_, TimePoint(seconds(10)));
    if (!writer) return tl::unexpected(writer.error());
    WindowRecord window = Window();
    window.end = TimePoint(seconds(11));
    writer->Add(window);
    return writer->Close();
  }

  const std::string path_ =
      ::testing::TempDir() + ::testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::string header_ = std::string(kTraceHeader) + "\n";
};

TEST_F(ContinuedTrace, KeepsItsRowsAndGoesOnWithTheirTimes) {
  Write(header_ + "1.5,row\n2.25,row\n7,to");
  ASSERT_TRUE(AddOne().has_value());
  const std::string kept = header_ + "1.5,row\n2.25,row\n";
  EXPECT_EQ(Content(path_).substr(0, kept.size() + 5), kept + "3.250");
}

TEST_F(ContinuedTrace, BeginsWhereThereIsNoRowYet) {
  ASSERT_TRUE(AddOne().has_value());
  const std::string first = Content(path_);
  EXPECT_EQ(first.substr(0, header_.size() + 5), header_ + "1.000");
  for (const std::string& before : {std::string(), header_}) {
    Write(before);
    ASSERT_TRUE(AddOne().has_value());
    EXPECT_EQ(Content(path_), first);
  }
}

TEST_F(ContinuedTrace, RefusesAnotherFileAndLeavesItAsItIs) {
  for (const std::string text : {"notes", "notes\n", "time_s,images\n1,2\n"}) {
    Write(text);
    const auto added = AddOne();
    ASSERT_FALSE(added.has_value());
    EXPECT_EQ(added.error().code, ErrorCode::kInvalidInput);
    EXPECT_EQ(Content(path_), text);
  }
}

TEST(TraceWriter, NamesThePathThatCannotBeWritten) {
  const auto missing = TraceWriter::Create("/no/such/folder/trace.csv", TimePoint{});
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("/no/such/folder/trace.csv"));
  const auto folder = TraceWriter::Create(::testing::TempDir(), TimePoint{});
  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().code, ErrorCode::kInvalidInput);
}

TEST(TraceWriter, WritesEachRowAtOnce) {
  const std::string path = ::testing::TempDir() + "/batchsizer_trace_at_once_test.csv";
  auto writer = TraceWriter::Create(path, TimePoint(seconds(10)));
  ASSERT_TRUE(writer.has_value()) << writer.error().message;
  EXPECT_EQ(Content(path), std::string(kTraceHeader) + "\n");
  writer->Add(Window());
  EXPECT_EQ(Content(path), std::string(kTraceHeader) + "\n" + RowOf(Window()) + "\n");
  std::filesystem::remove(path);
}

TEST(TraceWriter, TellsOfAFullDisk) {
  const std::string full = "/dev/full";
  if (!std::filesystem::exists(full)) GTEST_SKIP() << full << " is not there";
  const auto writer = TraceWriter::Create(full, TimePoint{});
  ASSERT_FALSE(writer.has_value());
  EXPECT_EQ(writer.error().code, ErrorCode::kIo);
  EXPECT_THAT(writer.error().message, HasSubstr("No space left"));
}

TEST(TraceWriter, TellsInTheEndOfADiskThatGotFull) {
  const std::string path = ::testing::TempDir() + "/batchsizer_trace_full_test.csv";
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  auto writer = TraceWriter::Create(path, TimePoint{});
  rlimit none = before;
  none.rlim_cur = std::filesystem::file_size(path);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &none), 0);
  writer->Add(Window());
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  const auto closed = writer->Close();
  ASSERT_FALSE(closed.has_value());
  EXPECT_EQ(closed.error().code, ErrorCode::kIo);
  EXPECT_THAT(closed.error().message, HasSubstr("File too large"));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace batchsizer::record
