#include "control/power/hwmon/chips.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "base/text.h"
#include "control/power/sysfs.h"

namespace batchsizer::power {
namespace {

constexpr std::string_view kJetsonChip = "ina3221";
constexpr int kJetsonChannels = 3;
constexpr int kPowerChannels = 16;
constexpr std::array<std::string_view, 4> kProcessorChips{"fam15h_power", "apm_xgene", kJetsonChip,
                                                          "power_meter"};
constexpr std::array<std::string_view, 2> kBoardInputs{"VDD_IN", "POM_5V_IN"};

bool Exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

std::string LabelOf(const std::string& stem) {
  return ReadSysfsText(stem + "_label").value_or(std::filesystem::path(stem).filename().string());
}

// stem: ".../power1".
std::optional<HwmonChannel> PowerChannel(const std::string& stem) {
  HwmonChannel channel{LabelOf(stem), stem + "_input", "", stem + "_cap_max", Duration{0}};
  if (Exists(channel.power_file)) return channel;
  channel.power_file = stem + "_average";
  if (!Exists(channel.power_file)) return std::nullopt;
  const double interval_ms = ReadSysfsNumber(stem + "_average_interval").value_or(0);
  channel.averaged_over = FromSeconds(std::clamp(interval_ms, 0.0, 1e6) / 1000);
  return channel;
}

std::optional<HwmonChannel> JetsonChannel(const std::string& folder, int number) {
  const std::string volts = fmt::format("{}/in{}", folder, number);
  const std::string amperes = fmt::format("{}/curr{}", folder, number);
  if (!Exists(volts + "_input") || !Exists(amperes + "_input")) return std::nullopt;
  if (ReadSysfsNumber(volts + "_enable") == 0.0) return std::nullopt;  // wired to nothing
  return HwmonChannel{LabelOf(volts), volts + "_input", amperes + "_input", "", Duration{0}};
}

HwmonChip ReadChip(const std::string& root, const std::string& entry) {
  const std::string folder = root + "/" + entry;
  HwmonChip chip{entry, ReadSysfsText(folder + "/name").value_or(""), {}};
  const bool jetson = chip.name == kJetsonChip;
  const int count = jetson ? kJetsonChannels : kPowerChannels;
  for (int number = 1; number <= count; ++number) {
    auto channel = jetson ? JetsonChannel(folder, number)
                          : PowerChannel(fmt::format("{}/power{}", folder, number));
    if (channel) chip.channels.push_back(std::move(*channel));
  }
  return chip;
}

std::string NearestOrAll(std::string_view word, const std::vector<std::string_view>& known) {
  const auto nearest = base::Nearest(word, known);
  if (nearest) return fmt::format("did you mean '{}'?", *nearest);
  return fmt::format("there is: {}", fmt::join(known, ", "));
}

}  // namespace

std::vector<HwmonChip> FindHwmonChips(const std::string& root) {
  std::vector<HwmonChip> chips;
  for (const std::string& entry : EntriesOf(root, "hwmon")) {
    HwmonChip chip = ReadChip(root, entry);
    if (!chip.channels.empty()) chips.push_back(std::move(chip));
  }
  return chips;
}

bool MeasuresProcessor(const HwmonChip& chip) {
  return std::find(kProcessorChips.begin(), kProcessorChips.end(), chip.name) !=
         kProcessorChips.end();
}

Result<HwmonChip> ChooseChip(const std::vector<HwmonChip>& chips, std::string_view wanted) {
  if (chips.empty()) {
    return MakeError(ErrorCode::kUnavailable,
                     "hwmon: no chip here measures power; virtual machines and most containers "
                     "show none");
  }
  if (wanted.empty()) {
    const auto chip = std::find_if(chips.begin(), chips.end(), MeasuresProcessor);
    return chip == chips.end() ? chips.front() : *chip;
  }
  std::vector<std::string_view> known;
  for (const HwmonChip& chip : chips) {
    if (chip.name == wanted || chip.folder == wanted) return chip;
    known.push_back(chip.name);
  }
  return MakeError(ErrorCode::kNotFound, fmt::format("hwmon: no chip '{}' measures power; {}",
                                                     wanted, NearestOrAll(wanted, known)));
}

Result<std::vector<HwmonChannel>> ChooseChannels(const HwmonChip& chip, std::string_view label) {
  std::vector<std::string_view> known;
  for (const HwmonChannel& channel : chip.channels) {
    const bool input =
        std::find(kBoardInputs.begin(), kBoardInputs.end(), channel.label) != kBoardInputs.end();
    if (label.empty() ? input : channel.label == label) return std::vector{channel};
    known.push_back(channel.label);
  }
  if (!label.empty()) {
    return MakeError(ErrorCode::kNotFound,
                     fmt::format("hwmon: {} has no channel '{}'; {}", chip.name, label,
                                 NearestOrAll(label, known)));
  }
  if (chip.name == kJetsonChip) return chip.channels;
  return std::vector{chip.channels.front()};
}

}  // namespace batchsizer::power
