#include "sim/device/known_devices.h"

#include <fmt/format.h>

#include <span>

#include "base/text.h"
#include "embedded/Devices.h"

namespace batchsizer::sim {
namespace {

std::string_view WithoutEnding(std::string_view name) { return name.substr(0, name.rfind('.')); }

}  // namespace

std::vector<std::string_view> KnownDevices() {
  std::vector<std::string_view> names;
  for (const auto& file : EmbeddedDevices()) names.push_back(WithoutEnding(file.name));
  return names;
}

Result<DeviceDescription> LoadKnownDevice(std::string_view name) {
  for (const auto& file : EmbeddedDevices()) {
    if (WithoutEnding(file.name) == name) {
      return ParseDevice(file.content, fmt::format("data/devices/{}", file.name));
    }
  }
  const std::vector<std::string_view> known = KnownDevices();
  const auto nearest = base::Nearest(name, known);
  const std::string hint = nearest ? fmt::format("did you mean '{}'?", *nearest)
                                   : fmt::format("known: {}", fmt::join(known, ", "));
  return MakeError(ErrorCode::kNotFound,
                   fmt::format("there is no device '{}' to emulate; {}", name, hint));
}

Result<DeviceDescription> LoadDevice(const std::string& name_or_path) {
  const std::string_view name = name_or_path;
  const bool is_file = name.ends_with(".toml") || name.find('/') != std::string_view::npos;
  return is_file ? LoadDeviceFile(name_or_path) : LoadKnownDevice(name);
}

}  // namespace batchsizer::sim
