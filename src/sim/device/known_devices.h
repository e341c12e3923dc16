// The device descriptions that are compiled in (data/devices), for "emulated:NAME".
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"
#include "sim/device/device_description.h"

namespace batchsizer::sim {

// Names of the devices that are built in.
[[nodiscard]] std::vector<std::string_view> KnownDevices();

// The built-in device of that name. Errors: kNotFound, naming the nearest.
[[nodiscard]] Result<DeviceDescription> LoadKnownDevice(std::string_view name);

// A built-in device by its name, or a description's file by its path, which ends in
// .toml or has a slash in it. Errors: those of LoadKnownDevice and LoadDeviceFile.
[[nodiscard]] Result<DeviceDescription> LoadDevice(const std::string& name_or_path);

}  // namespace batchsizer::sim
