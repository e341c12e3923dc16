#include "control/power/replay/replay.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <span>

#include "control/power/fake_sysfs.h"

namespace batchsizer::power {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kLog = "time_s,power_w\n0,50\n1,60\n2,70\n";

class ReplayTest : public testing::Test {
 protected:
  void Open(std::string_view content, const ReplayOptions& options = {}) {
    auto log = ParsePowerLog(content, "p.csv");
    ASSERT_TRUE(log) << log.error().message;
    auto meter = MakeReplay(clock_, std::move(*log), "p.csv", options);
    ASSERT_TRUE(meter) << meter.error().message;
    meter_ = std::move(*meter);
  }

  // "time:power" of what one Drain into a buffer of size gives.
  std::vector<std::string> Drain(std::size_t size = 8) {
    std::array<PowerReading, 8> buffer{};
    const std::size_t count = meter_->Drain(std::span(buffer).first(size));
    std::vector<std::string> readings;
    for (std::size_t i = 0; i < count; ++i) {
      const double time_s = ToSeconds(buffer[i].time.time_since_epoch());
      readings.push_back(testing::PrintToString(time_s) + ":" +
                         testing::PrintToString(buffer[i].power.value()));
    }
    return readings;
  }

  VirtualClock clock_;
  std::unique_ptr<PowerMeter> meter_;
};

TEST_F(ReplayTest, HandsOutWhatHasPassedInOrderAndOnce) {
  clock_.Advance(seconds(10));
  Open(kLog);
  EXPECT_THAT(Drain(), ElementsAre("10:50"));
  EXPECT_THAT(Drain(), IsEmpty());
  clock_.Advance(milliseconds(1999));
  EXPECT_THAT(Drain(), ElementsAre("11:60"));
  clock_.Advance(milliseconds(1));
  EXPECT_THAT(Drain(), ElementsAre("12:70"));
  clock_.Advance(seconds(100));
  EXPECT_THAT(Drain(), IsEmpty());
}

TEST_F(ReplayTest, WhatDoesNotFitComesNextTime) {
  Open(kLog);
  clock_.Advance(seconds(5));
  EXPECT_THAT(Drain(0), IsEmpty());
  EXPECT_THAT(Drain(2), ElementsAre("0:50", "1:60"));
  EXPECT_THAT(Drain(2), ElementsAre("2:70"));
}

TEST_F(ReplayTest, LoopStartsOverOnePeriodAfterTheLastRow) {
  Open(kLog, {.loop = true});
  clock_.Advance(seconds(4));
  EXPECT_THAT(Drain(), ElementsAre("0:50", "1:60", "2:70", "3:50", "4:60"));
  clock_.Advance(seconds(2));
  EXPECT_THAT(Drain(), ElementsAre("5:70", "6:50"));
}

TEST_F(ReplayTest, LoopOfNoLengthIsRefused) {
  const auto meter = MakeReplay(clock_, {{Duration{0}, Watts(50)}}, "p.csv", {.loop = true});
  ASSERT_FALSE(meter);
  EXPECT_EQ(meter.error().code, ErrorCode::kInvalidInput);
}

TEST_F(ReplayTest, InfoTellsMedianPeriodAndSource) {
  Open("time_s,power_w\n0,1\n0.1,2\n0.2,3\n9,4\n9.1,5\n");
  EXPECT_NEAR(ToSeconds(meter_->Info().period), 0.1, 1e-6);
  EXPECT_EQ(meter_->Info().source, PowerSource::kReplayed);
  EXPECT_EQ(meter_->Info().name, "replay:p.csv");
}

TEST(ParsePowerLog, KeepsWhatABrokenSensorSaid) {
  const auto log = ParsePowerLog(
      "# a note\r\ntime_s,power_w\r\n0,nan\r\n# another\r\n1,NaN\r\n2,-inf\r\n\r\n3,-5\r\n", "p");
  ASSERT_TRUE(log) << log.error().message;
  ASSERT_EQ(log->size(), 4U);
  EXPECT_TRUE(std::isnan((*log)[0].power.value()));
  EXPECT_TRUE(std::isnan((*log)[1].power.value()));
  EXPECT_LT((*log)[2].power.value(), -1e300);
  EXPECT_EQ((*log)[3].power, Watts(-5));
}

struct BadLog {
  std::string_view content;
  std::string_view where;
  std::string_view what;
};

TEST(ParsePowerLog, NamesLineAndField) {
  constexpr std::array kBad{
      BadLog{"time,power\n0,1\n", "p.csv:1: ", "'time_s,power_w' is needed"},
      BadLog{"timestamp, power.draw [W]\n", "p.csv:1: ", "the header is 'timestamp, power"},
      BadLog{"time_s,power_w\n0,1\n1\n", "p.csv:3: ", "1 cells, 2 are needed"},
      BadLog{"time_s,power_w\n0,1,2\n", "p.csv:2: ", "3 cells"},
      BadLog{"# c\ntime_s,power_w\n\nx,1\n", "p.csv:4: ", "time_s is 'x'"},
      BadLog{"time_s,power_w\nnan,1\n", "p.csv:2: ", "time_s is 'nan'"},
      BadLog{"time_s,power_w\n-1,1\n", "p.csv:2: ", "time_s is '-1'"},
      BadLog{"time_s,power_w\n1700000000,1\n", "p.csv:2: ", "since the start of the log"},
      BadLog{"time_s,power_w\n0,5O\n", "p.csv:2: ", "power_w is '5O'"},
      BadLog{"time_s,power_w\n0,\n", "p.csv:2: ", "power_w is ''"},
      BadLog{"time_s,power_w\n2,1\n1,1\n", "p.csv:3: ", "goes back from 2 to 1"},
      BadLog{"time_s,power_w\n", "p.csv: ", "holds no readings"},
      BadLog{"", "p.csv: ", "holds no readings"},
  };
  for (const BadLog& bad : kBad) {
    const auto log = ParsePowerLog(bad.content, "p.csv");
    ASSERT_FALSE(log) << bad.content;
    EXPECT_EQ(log.error().code, ErrorCode::kInvalidInput);
    EXPECT_THAT(log.error().message, testing::StartsWith(std::string(bad.where)));
    EXPECT_THAT(log.error().message, HasSubstr(std::string(bad.what)));
  }
}

TEST(OpenReplay, ReadsAFileAndNamesAMissingOne) {
  const FakeSysfs folder;
  folder.Write("power.csv", kLog);
  const VirtualClock clock;
  EXPECT_TRUE(OpenReplay(clock, folder.root() + "/power.csv"));
  const auto missing = OpenReplay(clock, folder.root() + "/none.csv");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("none.csv"));
}

}  // namespace
}  // namespace batchsizer::power
