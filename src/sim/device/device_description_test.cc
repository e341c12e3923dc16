#include "sim/device/device_description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "sim/device/known_devices.h"

namespace batchsizer::sim {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string P40Text() {
  const auto text = base::ReadFile(BATCHSIZER_SOURCE_DIR "/data/devices/p40.toml");
  return text.value_or("");
}

// The P40's file with one place changed; REQUIRES: the place is there.
std::string Changed(const std::string& from, const std::string& to) {
  std::string text = P40Text();
  const auto at = text.find("\n" + from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at + 1, from.size(), to);
}

// What ParseDevice says about a text that must be wrong.
std::string MessageFor(const std::string& text) {
  const auto device = ParseDevice(text, "test.toml");
  EXPECT_FALSE(device.has_value());
  if (device.has_value()) return "";
  EXPECT_EQ(device.error().code, ErrorCode::kInvalidInput);
  return device.error().message;
}

TEST(DeviceDescription, ReadsTheP40) {
  const auto device = LoadKnownDevice("p40");
  ASSERT_TRUE(device.has_value()) << device.error().message;
  EXPECT_EQ(device->name, "p40");
  EXPECT_EQ(device->clocks.size(), 10U);
  EXPECT_EQ(device->clocks.front().clock, Megahertz(544));
  EXPECT_EQ(device->clocks.front().idle_power, Watts(45.4));
  EXPECT_EQ(device->default_clock, Megahertz(1531));
  EXPECT_EQ(device->largest_batch, BatchSize(2048));
  EXPECT_EQ(device->power.max_w, 250);
  EXPECT_NEAR(device->PeakFlops(Megahertz(1531)), 11.76e12, 0.01e12);
  EXPECT_TRUE(device->hosts.at("native").overlapped);
  EXPECT_FALSE(device->hosts.at("paper").overlapped);
  EXPECT_GT(device->hosts.at("paper").per_batch_us, 1000);
}

TEST(DeviceDescription, TheFileAndTheOneBuiltInAreTheSame) {
  const auto file = LoadDeviceFile(BATCHSIZER_SOURCE_DIR "/data/devices/p40.toml");
  const auto built_in = LoadKnownDevice("p40");
  ASSERT_TRUE(file.has_value()) << file.error().message;
  ASSERT_TRUE(built_in.has_value()) << built_in.error().message;
  EXPECT_EQ(file->power.active_w, built_in->power.active_w);
  EXPECT_EQ(file->clocks.size(), built_in->clocks.size());
}

TEST(DeviceDescription, EveryMissingConstantIsNamed) {
  const std::vector<std::string> keys{"compute.cores",
                                      "compute.flops_per_core_per_cycle",
                                      "compute.half_efficiency_depth",
                                      "compute.half_occupancy_outputs",
                                      "memory.bandwidth_gb_per_s",
                                      "memory.size_gb",
                                      "memory.cache_mb",
                                      "hosts.native.per_layer_us",
                                      "hosts.native.per_batch_us",
                                      "hosts.native.overlapped",
                                      "hosts.native.per_image_ms",
                                      "hosts.native.per_megapixel_ms",
                                      "hosts.native.per_kib_ms",
                                      "clocks.default_mhz",
                                      "clocks.points",
                                      "power.active_w",
                                      "power.arithmetic_w",
                                      "power.memory_w",
                                      "power.max_w",
                                      "power.spike_share",
                                      "power.spike_ms",
                                      "thermal.ambient_c",
                                      "thermal.reference_c",
                                      "thermal.resistance_k_per_w",
                                      "thermal.time_constant_s",
                                      "thermal.leakage_w_per_k",
                                      "sensor.period_ms",
                                      "sensor.window_ms",
                                      "sensor.utilisation_window_ms"};
  for (const std::string& key : keys) {
    const std::string last = key.substr(key.rfind('.') + 1);
    EXPECT_THAT(MessageFor(Changed(last + " = ", "x_" + last + " = ")),
                AllOf(StartsWith("test.toml:"), HasSubstr(key + " is missing")));
  }
}

TEST(DeviceDescription, AMissingTableOrNameIsNamed) {
  for (const std::string table :
       {"compute", "memory", "clocks", "power", "thermal", "sensor", "hosts.native"}) {
    EXPECT_THAT(MessageFor(Changed("[" + table + "]", "[x_" + table + "]")),
                HasSubstr(table + " is missing"));
  }
  EXPECT_THAT(MessageFor(Changed("name = ", "x_name = ")), HasSubstr("name is missing"));
  EXPECT_THAT(MessageFor(Changed("largest_batch = ", "x = ")),
              HasSubstr("largest_batch is missing"));
}

TEST(DeviceDescription, AWrongTypeSaysWhatIsWanted) {
  EXPECT_THAT(MessageFor(Changed("cores = 3840", "cores = \"3840\"")),
              HasSubstr("compute.cores must be a number above 0"));
  EXPECT_THAT(MessageFor(Changed("name = \"p40\"", "name = 40")), HasSubstr("name must be a text"));
  EXPECT_THAT(MessageFor(Changed("default_mhz = 1531", "default_mhz = [1531]")),
              HasSubstr("clocks.default_mhz must be a number above 0"));
  EXPECT_THAT(MessageFor("memory = 3\n" + Changed("[memory]", "[other]")),
              HasSubstr("memory must be a table"));
  EXPECT_THAT(MessageFor(Changed("per_kib_ms = 0", "per_kib_ms = true")),
              HasSubstr("hosts.native.per_kib_ms must be from 0 to 100000"));
  EXPECT_THAT(MessageFor(Changed("overlapped = true", "overlapped = 1")),
              HasSubstr("hosts.native.overlapped must be true or false"));
  EXPECT_THAT(MessageFor("hosts.other = 3\n" + P40Text()),
              HasSubstr("hosts.other must be a table"));
}

TEST(DeviceDescription, AnImpossibleValueIsRefused) {
  EXPECT_THAT(MessageFor(Changed("active_w = ", "active_w = -")),
              AllOf(HasSubstr("power.active_w is -"), HasSubstr("0 or a number above")));
  EXPECT_THAT(MessageFor(Changed("max_w = 250", "max_w = 0")), HasSubstr("power.max_w is 0"));
  EXPECT_THAT(MessageFor(Changed("cores = 3840", "cores = nan")), HasSubstr("compute.cores is"));
  EXPECT_THAT(MessageFor(Changed("cores = 3840", "cores = inf")), HasSubstr("compute.cores is"));
  EXPECT_THAT(MessageFor(Changed("efficiency = 0.787", "efficiency = 1.2")),
              HasSubstr("compute.efficiency is 1.2, it must be a share above 0 and up to 1"));
  EXPECT_THAT(MessageFor(Changed("largest_batch = 2048", "largest_batch = 20.5")),
              HasSubstr("largest_batch is 20.5, it must be a whole number"));
  EXPECT_THAT(MessageFor(Changed("largest_batch = 2048", "largest_batch = 1e6")),
              HasSubstr("whole number up to 65536"));
}

// What no clock can count would come out as any time at all.
TEST(DeviceDescription, TimesWithoutEndAreRefused) {
  for (const std::string key : {"per_batch_us", "per_layer_us", "per_image_ms", "spike_ms",
                                "period_ms", "window_ms", "utilisation_window_ms"}) {
    EXPECT_THAT(MessageFor(Changed(key + " = ", key + " = 1e300 # ")),
                AllOf(HasSubstr(key + " is 1e+300"), HasSubstr("from 0 to 100000")));
  }
  EXPECT_THAT(MessageFor(Changed("period_ms = 20", "period_ms = 1e-6")),
              HasSubstr("sensor.period_ms is 1e-06, it must be 0, for one reading a batch, or at "
                        "least 0.01"));
  EXPECT_THAT(MessageFor(Changed("utilisation_window_ms = 167", "utilisation_window_ms = 0")),
              HasSubstr("utilisation_window_ms is 0, it must be at least 0.01"));
}

TEST(DeviceDescription, PowerThatLeavesNothingForWorkIsRefused) {
  EXPECT_THAT(MessageFor(Changed("max_w = 250", "max_w = 50")),
              AllOf(HasSubstr("idle_w is"), HasSubstr("must be below power.max_w, 50")));
  EXPECT_THAT(MessageFor(Changed("spike_share = 0.10", "spike_share = 1000")),
              HasSubstr("power.spike_share is 1000, it must be at most 10"));
  EXPECT_THAT(MessageFor(Changed("cores = 3840", "cores = 1e300")), HasSubstr("at most 1e9"));
  EXPECT_THAT(MessageFor(Changed("  {mhz = 544, relative_voltage = 1.0",
                                 "  {mhz = 544, relative_voltage = 0.5")),
              HasSubstr("relative_voltage is 0.5 at the lowest clock, it must be 1 there"));
}

TEST(DeviceDescription, AKeyThatNothingReadsIsRefused) {
  EXPECT_THAT(MessageFor(Changed("cores = 3840", "cores = 3840\ncoers = 3")),
              HasSubstr("compute.coers is not a constant that is known"));
  EXPECT_THAT(MessageFor(P40Text() + "\n[extra]\na = 1\n"), HasSubstr("extra is not"));
  EXPECT_THAT(MessageFor(Changed("  {mhz = 544, ", "  {volt = 3, mhz = 544, ")),
              HasSubstr("clocks.points.volt is not"));
}

TEST(DeviceDescription, TheLineIsNamed) {
  const std::string text = Changed("cores = 3840", "cores = -3840");
  const std::string before = text.substr(0, text.find("cores = -3840"));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  EXPECT_THAT(MessageFor(text), StartsWith("test.toml:" + std::to_string(line) + ": "));
}

TEST(DeviceDescription, ClocksMustAscend) {
  EXPECT_THAT(MessageFor(Changed("  {mhz = 632", "  {mhz = 532")),
              HasSubstr("532 MHz after 544 MHz, clocks must ascend"));
  EXPECT_THAT(MessageFor(Changed("  {mhz = 632", "  {mhz = 544")),
              HasSubstr("544 MHz after 544 MHz, clocks must ascend"));
}

TEST(DeviceDescription, VoltageMayNotFallAsTheClockRises) {
  EXPECT_THAT(MessageFor(Changed("  {mhz = 734, relative_voltage = 1.0",
                                 "  {mhz = 734, relative_voltage = 0.9")),
              HasSubstr("relative_voltage falls from 1 at 632 MHz to 0.9 at 734 MHz"));
}

TEST(DeviceDescription, PointsMustBeClocks) {
  EXPECT_THAT(MessageFor(Changed("points = [", "points = []\nmore = [")),
              HasSubstr("at least one clock"));
  EXPECT_THAT(MessageFor(Changed("points = [", "points = [544, ")), HasSubstr("each must be {mhz"));
  EXPECT_THAT(MessageFor(Changed("  {mhz = 544, relative_voltage = 1.0, idle_w = 45.4}",
                                 "  {mhz = 544, relative_voltage = 1.0}")),
              HasSubstr("clocks.points.idle_w is missing"));
}

TEST(DeviceDescription, TheDefaultClockMustBeAPoint) {
  EXPECT_THAT(MessageFor(Changed("default_mhz = 1531", "default_mhz = 1500")),
              HasSubstr("clocks.default_mhz is 1500, it must be one of clocks.points"));
}

TEST(DeviceDescription, TextThatIsNotTomlNamesTheLine) {
  EXPECT_THAT(MessageFor("name = \"p40\"\n= 3\n"), StartsWith("test.toml:2: not TOML"));
  EXPECT_THAT(MessageFor(""), HasSubstr("name is missing"));
}

TEST(LoadDeviceFile, NamesAMissingFile) {
  const auto device = LoadDeviceFile("/no/such/device.toml");
  ASSERT_FALSE(device.has_value());
  EXPECT_EQ(device.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(device.error().message, HasSubstr("/no/such/device.toml"));
}

TEST(KnownDevices, AStrangerIsNotFoundAndTheNearestIsNamed) {
  EXPECT_THAT(KnownDevices(), Contains("p40"));
  const auto near = LoadKnownDevice("p4O");
  ASSERT_FALSE(near.has_value());
  EXPECT_EQ(near.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(near.error().message, HasSubstr("did you mean 'p40'?"));
  const auto far = LoadKnownDevice("abacus-of-wood");
  ASSERT_FALSE(far.has_value());
  EXPECT_THAT(far.error().message, AllOf(HasSubstr("known: p40"), Not(HasSubstr("did you mean"))));
}

}  // namespace
}  // namespace batchsizer::sim
