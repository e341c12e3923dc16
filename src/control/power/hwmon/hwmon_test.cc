#include "control/power/hwmon/hwmon.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>

#include "control/power/fake_sysfs.h"

namespace batchsizer::power {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class HwmonTest : public testing::Test {
 protected:
  void AddGpu(const std::string& folder = "hwmon3") const {
    sysfs_.Write(folder + "/name", "amdgpu");
    sysfs_.Write(folder + "/power1_average", "150000000");
    sysfs_.Write(folder + "/power1_label", "PPT");
    sysfs_.Write(folder + "/power1_cap_max", "220000000");
  }

  void AddJetson(const std::string& first_label) const {
    sysfs_.Write("hwmon1/name", "ina3221");
    const std::array<std::string, 3> labels{first_label, "VDD_CPU_GPU_CV", "VDD_SOC"};
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const std::string number = std::to_string(i + 1);
      sysfs_.Write("hwmon1/in" + number + "_label", labels[i]);
      sysfs_.Write("hwmon1/in" + number + "_input", "5000");
      sysfs_.Write("hwmon1/curr" + number + "_input", std::to_string(1000 * (i + 1)));
    }
    // The sum of the currents, and a shunt's voltage: no rail.
    sysfs_.Write("hwmon1/in4_input", "7");
    sysfs_.Write("hwmon1/curr4_input", "6000");
  }

  [[nodiscard]] HwmonOptions Options(const std::string& chip = "",
                                     const std::string& label = "") const {
    HwmonOptions options;
    options.root = sysfs_.root();
    options.chip = chip;
    options.label = label;
    return options;
  }

  void Open(const HwmonOptions& options) {
    auto meter = OpenHwmon(clock_, options);
    ASSERT_TRUE(meter) << meter.error().message;
    meter_ = std::move(*meter);
  }

  std::size_t DrainAfter(Duration pause) {
    clock_.Advance(pause);
    return meter_->Drain(out_);
  }

  FakeSysfs sysfs_;
  VirtualClock clock_;
  std::unique_ptr<PowerMeter> meter_;
  std::array<PowerReading, 4> out_{};
};

TEST_F(HwmonTest, ReadsMicrowattsOnceAPeriod) {
  AddGpu();
  Open(Options("amdgpu"));
  EXPECT_EQ(meter_->Info().name, "hwmon:amdgpu/PPT");
  EXPECT_EQ(meter_->Info().max_power, Watts(220));
  EXPECT_EQ(DrainAfter(milliseconds(99)), 0U);
  ASSERT_EQ(DrainAfter(milliseconds(1)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 150.0);
  EXPECT_EQ(out_[0].time, clock_.Now());
  sysfs_.Write("hwmon3/power1_average", "90500000");
  EXPECT_EQ(DrainAfter(milliseconds(0)), 0U);
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 90.5);
}

TEST_F(HwmonTest, TakesMomentaryPowerBeforeAnAverage) {
  AddGpu();
  sysfs_.Write("hwmon3/power1_input", "180000000");
  Open(Options());
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 180.0);
}

TEST_F(HwmonTest, PeriodIsTheDriversAveragingInterval) {
  sysfs_.Write("hwmon0/name", "power_meter");
  sysfs_.Write("hwmon0/power1_average", "300000000");
  sysfs_.Write("hwmon0/power1_average_interval", "1000");
  Open(Options());
  EXPECT_EQ(meter_->Info().period, seconds(1));
  EXPECT_EQ(meter_->Info().name, "hwmon:power_meter/power1");
  EXPECT_EQ(DrainAfter(milliseconds(999)), 0U);
  EXPECT_EQ(DrainAfter(milliseconds(1)), 1U);
}

TEST_F(HwmonTest, JetsonTakesTheBoardsInputAsTheWhole) {
  AddJetson("VDD_IN");
  Open(Options());
  EXPECT_EQ(meter_->Info().name, "hwmon:ina3221/VDD_IN");
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 5.0);  // 5 V x 1 A
}

TEST_F(HwmonTest, JetsonWithoutABoardInputSumsItsRails) {
  AddJetson("VDD_GPU");
  Open(Options());
  EXPECT_EQ(meter_->Info().name, "hwmon:ina3221/VDD_GPU+VDD_CPU_GPU_CV+VDD_SOC");
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 30.0);  // 5 V x (1 + 2 + 3) A
}

TEST_F(HwmonTest, JetsonLeavesOutDisabledChannels) {
  AddJetson("VDD_GPU");
  sysfs_.Write("hwmon1/in2_enable", "0");
  Open(Options());
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 20.0);
}

TEST_F(HwmonTest, LabelPicksOneChannel) {
  AddJetson("VDD_IN");
  Open(Options("ina3221", "VDD_SOC"));
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 15.0);
  const auto wrong = OpenHwmon(clock_, Options("ina3221", "VDD_SOX"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(wrong.error().message, HasSubstr("did you mean 'VDD_SOC'"));
}

TEST_F(HwmonTest, FolderPicksAmongChipsOfOneName) {
  AddGpu("hwmon3");
  AddGpu("hwmon12");
  sysfs_.Write("hwmon12/power1_average", "70000000");
  Open(Options("hwmon12"));
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 70.0);
}

TEST_F(HwmonTest, PrefersAChipThatMeasuresTheProcessor) {
  AddGpu("hwmon0");
  AddJetson("VDD_IN");
  Open(Options());
  EXPECT_EQ(meter_->Info().name, "hwmon:ina3221/VDD_IN");
}

TEST_F(HwmonTest, UnknownChipNamesTheNearestOrAll) {
  AddGpu();
  const auto typo = OpenHwmon(clock_, Options("amdgpo"));
  ASSERT_FALSE(typo);
  EXPECT_EQ(typo.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(typo.error().message, HasSubstr("did you mean 'amdgpu'"));
  const auto stranger = OpenHwmon(clock_, Options("zzzzzzzzzzzz"));
  ASSERT_FALSE(stranger);
  EXPECT_THAT(stranger.error().message, HasSubstr("there is: amdgpu"));
}

TEST_F(HwmonTest, ChipsWithoutPowerAreNoMeters) {
  sysfs_.Write("hwmon0/name", "coretemp");
  sysfs_.Write("hwmon0/temp1_input", "45000");
  const auto meter = OpenHwmon(clock_, Options());
  ASSERT_FALSE(meter);
  EXPECT_EQ(meter.error().code, ErrorCode::kUnavailable);
}

TEST_F(HwmonTest, PermissionDeniedNamesTheFile) {
  AddJetson("VDD_IN");
  HwmonOptions options = Options();
  options.open = Denying("curr1_input");
  const auto meter = OpenHwmon(clock_, options);
  ASSERT_FALSE(meter);
  EXPECT_EQ(meter.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(meter.error().message, HasSubstr("hwmon1/curr1_input"));
}

TEST_F(HwmonTest, GarbageIsANanReading) {
  AddJetson("VDD_IN");
  Open(Options());
  sysfs_.Write("hwmon1/curr1_input", "garbage");
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_TRUE(std::isnan(out_[0].power.value()));
}

TEST_F(HwmonTest, ChannelThatCannotBeReadGivesNoReadingAndNoPartOfASum) {
  AddJetson("VDD_GPU");
  int last_opened = -1;
  HwmonOptions options = Options();
  options.open = [&last_opened](const char* path) { return last_opened = OpenReadOnly(path); };
  Open(options);
  Redirect(last_opened, sysfs_.root());
  EXPECT_EQ(DrainAfter(milliseconds(100)), 0U);
}

}  // namespace
}  // namespace batchsizer::power
