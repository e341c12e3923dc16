// Drain runs between two batches: once a meter is open, it must not allocate.

#include <gtest/gtest.h>

#include <array>

#include "base/testing/allocation_count.h"
#include "control/power/fake_sysfs.h"
#include "control/power/open.h"

namespace batchsizer::power {
namespace {

class NoAllocation : public testing::TestWithParam<const char*> {};

TEST_P(NoAllocation, DrainOfAnOpenMeter) {
  const FakeSysfs sysfs;
  sysfs.Write("powercap/intel-rapl:0/name", "package-0");
  sysfs.Write("powercap/intel-rapl:0/energy_uj", "1000");
  sysfs.Write("hwmon/hwmon0/name", "amdgpu");
  sysfs.Write("hwmon/hwmon0/power1_input", "30000000");
  sysfs.Write("log.csv", "time_s,power_w\n0,1\n0.1,2\n0.2,3");
  Machine machine;
  machine.powercap_root = sysfs.root() + "/powercap";
  machine.hwmon_root = sysfs.root() + "/hwmon";
  std::string spec = GetParam();
  if (spec.ends_with(':')) spec += sysfs.root() + "/log.csv";
  VirtualClock clock;
  const auto meter = OpenPowerMeter(spec, clock, machine);
  ASSERT_TRUE(meter) << meter.error().message;
  std::array<PowerReading, 4> out{};
  std::size_t readings = 0;
  const long before = base::AllocationCount();
  EXPECT_GT(before, 0);  // the counter counts
  for (int i = 0; i < 20; ++i) {
    clock.Advance(std::chrono::milliseconds(100));
    readings += (*meter)->Drain(out);
  }
  EXPECT_EQ(base::AllocationCount(), before);
  EXPECT_GE(readings, 20U);
}

INSTANTIATE_TEST_SUITE_P(EveryMeter, NoAllocation,
                         testing::Values("rapl", "hwmon", "estimate", "replay-loop:"));

}  // namespace
}  // namespace batchsizer::power
