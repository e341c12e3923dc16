#include "control/power/open.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "control/power/fake_sysfs.h"

namespace batchsizer::power {
namespace {

using testing::HasSubstr;

class OpenTest : public testing::Test {
 protected:
  OpenTest() {
    machine_.powercap_root = sysfs_.root() + "/powercap";
    machine_.hwmon_root = sysfs_.root() + "/hwmon";
    machine_.cpu_time = [] { return Duration{0}; };
  }

  void AddRapl() const {
    sysfs_.Write("powercap/intel-rapl:0/name", "package-0");
    sysfs_.Write("powercap/intel-rapl:0/energy_uj", "1");
    sysfs_.Write("powercap/intel-rapl:0/constraint_0_max_power_uw", "65000000");
  }
  void AddChip(const std::string& folder, const std::string& name) const {
    sysfs_.Write("hwmon/" + folder + "/name", name);
    sysfs_.Write("hwmon/" + folder + "/power1_input", "30000000");
  }

  std::string NameOf(std::string_view spec) {
    const auto meter = OpenPowerMeter(spec, clock_, machine_);
    return meter ? (*meter)->Info().name : "error: " + meter.error().message;
  }
  Error ErrorOf(std::string_view spec) {
    const auto meter = OpenPowerMeter(spec, clock_, machine_);
    return meter ? Error{ErrorCode::kInternal, "opened"} : meter.error();
  }

  FakeSysfs sysfs_;
  VirtualClock clock_;
  Machine machine_;
};

TEST_F(OpenTest, AutoTakesTheBestThatCanBeRead) {
  EXPECT_EQ(NameOf("auto"), "estimate:cpu");
  AddChip("hwmon0", "amdgpu");  // a GPU says nothing about the processor
  EXPECT_EQ(NameOf("auto"), "estimate:cpu");
  AddChip("hwmon1", "fam15h_power");
  EXPECT_EQ(NameOf("auto"), "hwmon:fam15h_power/power1");
  AddRapl();
  EXPECT_EQ(NameOf("auto"), "rapl:package-0");
  machine_.open = Denying("energy_uj");
  EXPECT_EQ(NameOf("auto"), "hwmon:fam15h_power/power1");
}

TEST_F(OpenTest, OpensEachKindByName) {
  AddRapl();
  AddChip("hwmon0", "amdgpu");
  sysfs_.Write("log.csv", "time_s,power_w\n0,1\n1,2");
  EXPECT_EQ(NameOf("rapl"), "rapl:package-0");
  EXPECT_EQ(NameOf("hwmon"), "hwmon:amdgpu/power1");
  EXPECT_EQ(NameOf("hwmon:amdgpu"), "hwmon:amdgpu/power1");
  EXPECT_EQ(NameOf("hwmon:hwmon0/power1"), "hwmon:amdgpu/power1");
  EXPECT_EQ(NameOf("estimate"), "estimate:cpu");
  EXPECT_EQ(NameOf("replay:" + sysfs_.root() + "/log.csv"), "replay:" + sysfs_.root() + "/log.csv");
  EXPECT_EQ(NameOf("replay-loop:" + sysfs_.root() + "/log.csv"),
            "replay:" + sysfs_.root() + "/log.csv");
}

TEST_F(OpenTest, EstimateTakesItsConstants) {
  const auto meter = OpenPowerMeter("estimate:12.5,180", clock_, machine_);
  ASSERT_TRUE(meter) << meter.error().message;
  EXPECT_EQ((*meter)->Info().max_power, Watts(180));
}

TEST_F(OpenTest, UnknownKindNamesTheNearest) {
  const Error typo = ErrorOf("rpal");
  EXPECT_EQ(typo.code, ErrorCode::kInvalidInput);
  EXPECT_THAT(typo.message, HasSubstr("'rpal'"));
  EXPECT_THAT(typo.message, HasSubstr("did you mean 'rapl'"));
  EXPECT_THAT(ErrorOf("zzzzzzzzzzzz").message, HasSubstr("estimate[:IDLE_W,MAX_W]"));
}

TEST_F(OpenTest, BadSpecsSayWhatIsNeeded) {
  for (const auto& [spec, needed] : {std::pair("estimate:10", "estimate:IDLE_W,MAX_W"),
                                     {"estimate:a,b", "estimate:10,65"},
                                     {"estimate:1,2,3", "IDLE_W"},
                                     {"estimate:", "IDLE_W"},
                                     {"estimate:nan,65", "IDLE_W"},
                                     {"estimate:65,10", "0 <= idle < max"},
                                     {"replay", "a file"},
                                     {"replay:", "a file"},
                                     {"rapl:0", "nothing after"},
                                     {"auto:rapl", "nothing after"},
                                     {"hwmon:", "a chip"},
                                     {"", "no such kind"}}) {
    const Error error = ErrorOf(spec);
    EXPECT_EQ(error.code, ErrorCode::kInvalidInput) << spec;
    EXPECT_THAT(error.message, HasSubstr(needed)) << spec;
  }
}

const MeterStatus& Find(const std::vector<MeterStatus>& meters, std::string_view spec) {
  const auto meter = std::find_if(meters.begin(), meters.end(),
                                  [spec](const MeterStatus& m) { return m.spec == spec; });
  EXPECT_NE(meter, meters.end()) << spec;
  return meter == meters.end() ? meters.front() : *meter;
}

TEST_F(OpenTest, ListTellsWhatIsMissingAndHowToGetIt) {
  const auto meters = ListMeters(machine_);
  EXPECT_FALSE(Find(meters, "rapl").usable);
  EXPECT_THAT(Find(meters, "rapl").note, HasSubstr("modprobe"));
  EXPECT_FALSE(Find(meters, "hwmon").usable);
  EXPECT_TRUE(Find(meters, "estimate").usable);
  EXPECT_EQ(Find(meters, "estimate").info->source, PowerSource::kEstimated);
  EXPECT_TRUE(Find(meters, "replay:FILE").usable);
}

TEST_F(OpenTest, ListTellsLimitsAndEveryChip) {
  AddRapl();
  AddChip("hwmon0", "amdgpu");
  AddChip("hwmon1", "amdgpu");
  sysfs_.Write("hwmon/hwmon1/power1_cap_max", "250000000");
  const auto meters = ListMeters(machine_);
  EXPECT_EQ(Find(meters, "rapl").info->max_power, Watts(65));
  EXPECT_EQ(Find(meters, "rapl").info->period, std::chrono::milliseconds(50));
  EXPECT_EQ(Find(meters, "hwmon:hwmon0").info->max_power, std::nullopt);
  EXPECT_EQ(Find(meters, "hwmon:hwmon1").info->max_power, Watts(250));
}

TEST_F(OpenTest, ListTellsAPermissionThatIsMissing) {
  AddRapl();
  machine_.open = Denying("energy_uj");
  const auto meters = ListMeters(machine_);
  EXPECT_FALSE(Find(meters, "rapl").usable);
  EXPECT_THAT(Find(meters, "rapl").note, HasSubstr("chmod"));
}

TEST(ListClockKnobs, SaysThatNoneCanBeSet) {
  for (const ClockKnobStatus& knob : ListClockKnobs()) {
    EXPECT_FALSE(knob.usable);
    EXPECT_THAT(knob.note, HasSubstr("no clock can be set"));
  }
  EXPECT_FALSE(ListClockKnobs().empty());
}

}  // namespace
}  // namespace batchsizer::power
