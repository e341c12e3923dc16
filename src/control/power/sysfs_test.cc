#include "control/power/sysfs.h"

#include <gmock/gmock.h>

#include <cmath>

#include "control/power/fake_sysfs.h"

namespace batchsizer::power {
namespace {

TEST(SysfsFile, FollowsTheContentThroughOneDescriptor) {
  const FakeSysfs sysfs;
  sysfs.Write("energy_uj", "262143328850");
  const auto file = SysfsFile::Open(sysfs.root() + "/energy_uj", OpenReadOnly);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->Read(), 262143328850.0);
  sysfs.Write("energy_uj", "-7");
  EXPECT_EQ(file->Read(), -7.0);
}

TEST(SysfsFile, GarbageIsNanAndSilenceIsNothing) {
  const FakeSysfs sysfs;
  for (const char* content : {"", "garbage", "12 34", "0x10"}) {
    sysfs.Write("power1_input", content);
    const auto file = SysfsFile::Open(sysfs.root() + "/power1_input", OpenReadOnly);
    ASSERT_TRUE(file);
    const auto value = file->Read();
    ASSERT_TRUE(value.has_value()) << content;
    EXPECT_TRUE(std::isnan(*value)) << content;
  }
  const auto folder = SysfsFile::Open(sysfs.root(), OpenReadOnly);  // read() of it fails
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->Read(), std::nullopt);
}

TEST(SysfsFile, SaysWhichFileAndWhy) {
  const FakeSysfs sysfs;
  const auto missing = SysfsFile::Open(sysfs.root() + "/none", OpenReadOnly);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(missing.error().message, testing::HasSubstr("/none: cannot be opened"));
  const auto denied = SysfsFile::Open("/a/energy_uj", Denying("energy_uj"));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, ErrorCode::kPermissionDenied);
}

TEST(EntriesOf, SortsNumbersAsNumbersAndTakesAMissingFolder) {
  const FakeSysfs sysfs;
  for (const char* name : {"hwmon10/name", "hwmon2/name", "other/name"}) sysfs.Write(name, "x");
  EXPECT_THAT(EntriesOf(sysfs.root(), "hwmon"), testing::ElementsAre("hwmon2", "hwmon10"));
  EXPECT_THAT(EntriesOf(sysfs.root() + "/none", "hwmon"), testing::IsEmpty());
}

}  // namespace
}  // namespace batchsizer::power
