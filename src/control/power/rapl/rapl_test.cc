#include "control/power/rapl/rapl.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>

#include "control/power/fake_sysfs.h"

namespace batchsizer::power {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class RaplTest : public testing::Test {
 protected:
  RaplTest() { AddDomain("intel-rapl:0", "package-0", "1000000"); }

  void AddDomain(const std::string& folder, const std::string& name, const std::string& energy) {
    sysfs_.Write(folder + "/name", name);
    sysfs_.Write(folder + "/energy_uj", energy);
    sysfs_.Write(folder + "/max_energy_range_uj", "262143328850");
    sysfs_.Write(folder + "/constraint_0_max_power_uw", "95000000");
  }

  void Open() {
    RaplOptions options;
    options.root = sysfs_.root();
    auto meter = OpenRapl(clock_, options);
    ASSERT_TRUE(meter) << meter.error().message;
    meter_ = std::move(*meter);
  }

  void SetEnergy(const std::string& energy, const std::string& folder = "intel-rapl:0") const {
    sysfs_.Write(folder + "/energy_uj", energy);
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

TEST_F(RaplTest, PowerIsEnergyOverTimeStampedByTheClock) {
  Open();
  SetEnergy("6000000");  // 5 J more
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 50.0);
  EXPECT_EQ(out_[0].time, clock_.Now());
}

TEST_F(RaplTest, PollsAtMostOnceAPeriod) {
  Open();
  SetEnergy("2000000");
  EXPECT_EQ(DrainAfter(milliseconds(49)), 0U);
  EXPECT_EQ(DrainAfter(milliseconds(1)), 1U);
  EXPECT_EQ(DrainAfter(milliseconds(0)), 0U);
  EXPECT_EQ(DrainAfter(milliseconds(49)), 0U);
}

TEST_F(RaplTest, AnEmptyBufferLosesNothing) {
  Open();
  SetEnergy("6000000");
  clock_.Advance(milliseconds(100));
  EXPECT_EQ(meter_->Drain({}), 0U);
  ASSERT_EQ(meter_->Drain(out_), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 50.0);
}

TEST_F(RaplTest, CounterWrapsAround) {
  SetEnergy("262142328850");  // 1 J before the end
  Open();
  SetEnergy("3000000");
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 40.0);
}

TEST_F(RaplTest, CounterThatGoesBackWithoutAKnownRangeStartsOver) {
  std::filesystem::remove(sysfs_.root() + "/intel-rapl:0/max_energy_range_uj");
  Open();
  SetEnergy("0");
  EXPECT_EQ(DrainAfter(milliseconds(100)), 0U);
  SetEnergy("2000000");
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 20.0);
}

TEST_F(RaplTest, SumsPackagesAndNothingElse) {
  AddDomain("intel-rapl:1", "package-1", "0");
  AddDomain("intel-rapl:0:0", "core", "0");
  AddDomain("intel-rapl:2", "psys", "0");
  AddDomain("intel-rapl-mmio:0", "package-0", "0");
  Open();
  EXPECT_EQ(meter_->Info().name, "rapl:package-0+package-1");
  EXPECT_EQ(meter_->Info().max_power, Watts(190));
  EXPECT_EQ(meter_->Info().source, PowerSource::kMeasured);
  SetEnergy("4000000");
  SetEnergy("2000000", "intel-rapl:1");
  for (const char* other : {"intel-rapl:0:0", "intel-rapl:2", "intel-rapl-mmio:0"}) {
    SetEnergy("9000000", other);
  }
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 50.0);
}

TEST_F(RaplTest, MaximumOfZeroIsUnknown) {
  sysfs_.Write("intel-rapl:0/constraint_0_max_power_uw", "0");
  Open();
  EXPECT_EQ(meter_->Info().max_power, std::nullopt);
}

TEST_F(RaplTest, MaximumIsTheShortTermLimitUnlessThatIsAbsurd) {
  sysfs_.Write("intel-rapl:0/constraint_1_power_limit_uw", "250000000");
  Open();
  EXPECT_EQ(meter_->Info().max_power, Watts(250));
  sysfs_.Write("intel-rapl:0/constraint_1_power_limit_uw", "4095875000");
  Open();
  EXPECT_EQ(meter_->Info().max_power, Watts(95));
}

TEST_F(RaplTest, GarbageIsANanReadingAndTheNextGoodOneCoversTheGap) {
  Open();
  SetEnergy("garbage");
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_TRUE(std::isnan(out_[0].power.value()));
  SetEnergy("7000000");  // 6 J since the baseline, 200 ms ago
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 30.0);
}

TEST_F(RaplTest, AfterALongGapTheBaselineIsRenewed) {
  Open();
  SetEnergy("5000000");
  EXPECT_EQ(DrainAfter(seconds(61)), 0U);
  SetEnergy("6000000");
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 10.0);
}

TEST_F(RaplTest, PermissionDeniedSaysHowToGetIt) {
  RaplOptions options;
  options.root = sysfs_.root();
  options.open = Denying("energy_uj");
  const auto meter = OpenRapl(clock_, options);
  ASSERT_FALSE(meter);
  EXPECT_EQ(meter.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(meter.error().message, HasSubstr(sysfs_.root() + "/intel-rapl:0/energy_uj"));
  EXPECT_THAT(meter.error().message, HasSubstr("chmod a+r"));
  EXPECT_THAT(meter.error().message, HasSubstr("udev"));
}

TEST_F(RaplTest, MissingTreeIsUnavailable) {
  RaplOptions options;
  options.root = sysfs_.root() + "/none";
  const auto meter = OpenRapl(clock_, options);
  ASSERT_FALSE(meter);
  EXPECT_EQ(meter.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(meter.error().message, HasSubstr(options.root));
}

TEST_F(RaplTest, GarbageAtOpeningIsRefused) {
  SetEnergy("garbage");
  RaplOptions options;
  options.root = sysfs_.root();
  const auto meter = OpenRapl(clock_, options);
  ASSERT_FALSE(meter);
  EXPECT_EQ(meter.error().code, ErrorCode::kIo);
  EXPECT_THAT(meter.error().message, HasSubstr("energy_uj"));
}

TEST_F(RaplTest, WhileOnePackageCannotBeReadThereIsNoReading) {
  AddDomain("intel-rapl:1", "package-1", "0");
  int last_opened = -1;
  RaplOptions options;
  options.root = sysfs_.root();
  options.open = [&last_opened](const char* path) { return last_opened = OpenReadOnly(path); };
  auto meter = OpenRapl(clock_, options);
  ASSERT_TRUE(meter);
  meter_ = std::move(*meter);
  SetEnergy("5000000");
  Redirect(last_opened, sysfs_.root());
  EXPECT_EQ(DrainAfter(milliseconds(100)), 0U);
  SetEnergy("6000000", "intel-rapl:1");
  Redirect(last_opened, sysfs_.root() + "/intel-rapl:1/energy_uj");
  ASSERT_EQ(DrainAfter(milliseconds(100)), 1U);
  EXPECT_DOUBLE_EQ(out_[0].power.value(), 50.0);  // 4 J + 6 J in 200 ms
}

}  // namespace
}  // namespace batchsizer::power
