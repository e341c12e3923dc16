#include "control/power/hwmon/hwmon.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"

namespace batchsizer::power {
namespace {

// Microwatts to watts; millivolts x milliamperes are microwatts too.
constexpr double kWattsPerMicrowatt = 1e-6;

struct Rail {
  SysfsFile power;  // or millivolts
  std::optional<SysfsFile> current;
};

std::optional<double> ReadMicrowatts(const Rail& rail) {
  const std::optional<double> first = rail.power.Read();
  if (!first || !rail.current) return first;
  const std::optional<double> second = rail.current->Read();
  if (!second) return std::nullopt;
  return *first * *second;
}

class HwmonMeter final : public PowerMeter {
 public:
  HwmonMeter(const Clock& clock, std::vector<Rail> rails, MeterInfo info)
      : clock_(clock), rails_(std::move(rails)), info_(std::move(info)), polled_(clock.Now()) {}

  [[nodiscard]] const MeterInfo& Info() const override { return info_; }

  std::size_t Drain(std::span<PowerReading> out) override {
    const TimePoint now = clock_.Now();
    if (out.empty() || now - polled_ < info_.period) return 0;
    polled_ = now;
    double sum_uw = 0;
    for (const Rail& rail : rails_) {
      const std::optional<double> power_uw = ReadMicrowatts(rail);
      if (!power_uw) return 0;  // never a sum with a part missing
      sum_uw += *power_uw;
    }
    out.front() = {now, Watts(sum_uw * kWattsPerMicrowatt)};
    return 1;
  }

 private:
  const Clock& clock_;
  const std::vector<Rail> rails_;
  const MeterInfo info_;
  TimePoint polled_;
};

Result<Rail> OpenRail(const HwmonChannel& channel, const OpenFunction& open) {
  auto power = SysfsFile::Open(channel.power_file, open);
  if (!power) return tl::unexpected<Error>(power.error());
  Rail rail{std::move(*power), std::nullopt};
  if (channel.current_file.empty()) return rail;
  auto current = SysfsFile::Open(channel.current_file, open);
  if (!current) return tl::unexpected<Error>(current.error());
  rail.current = std::move(*current);
  return rail;
}

Result<std::vector<Rail>> OpenRails(const std::vector<HwmonChannel>& channels,
                                    const OpenFunction& open) {
  std::vector<Rail> rails;
  for (const HwmonChannel& channel : channels) {
    auto rail = OpenRail(channel, open);
    if (!rail) return Annotate("hwmon", rail.error());
    rails.push_back(std::move(*rail));
  }
  return rails;
}

MeterInfo MakeInfo(const HwmonChip& chip, const std::vector<HwmonChannel>& channels,
                   Duration period) {
  MeterInfo info;
  info.name = "hwmon:" + chip.name;
  info.source = PowerSource::kMeasured;
  info.period = period;
  for (const HwmonChannel& channel : channels) {
    info.name += (&channel == &channels.front() ? "/" : "+") + channel.label;
    info.period = std::max(info.period, channel.averaged_over);
    info.averaging = std::max(info.averaging, channel.averaged_over);
  }
  const auto max_uw = ReadSysfsNumber(channels.front().max_power_file);
  if (channels.size() == 1 && max_uw.value_or(0) > 0) {
    info.max_power = Watts(*max_uw * kWattsPerMicrowatt);
  }
  return info;
}

}  // namespace

Result<std::unique_ptr<PowerMeter>> OpenHwmon(const Clock& clock, const HwmonOptions& options) {
  BATCHSIZER_CHECK(options.period > Duration::zero());
  const auto chip = ChooseChip(FindHwmonChips(options.root), options.chip);
  if (!chip) return tl::unexpected<Error>(chip.error());
  const auto channels = ChooseChannels(*chip, options.label);
  if (!channels) return tl::unexpected<Error>(channels.error());
  auto rails = OpenRails(*channels, options.open);
  if (!rails) return tl::unexpected<Error>(rails.error());
  return std::make_unique<HwmonMeter>(clock, std::move(*rails),
                                      MakeInfo(*chip, *channels, options.period));
}

}  // namespace batchsizer::power
