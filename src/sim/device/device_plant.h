// An emulated device that runs one network: a Plant on top of the time and power
// model in batch_cost.h.
//
// The phases of one batch: a gap at idle power (the host prepares and hands
// over), a short spike as the device takes up work, then the layers in a few
// stretches. Above the board's limit it lowers its own clock until the busy part's
// mean power is within it. Each pair of batch size and clock is computed once;
// asking again costs a look-up and allocates nothing.
//
// Batch sizes go from 1 to what the description allows and the device's memory
// holds; a model with a fixed batch axis has that size only.
//
// Deterministic. Errors: kInvalidInput for a model without layers to run,
// kUnsupported for one that does not fit the device's memory.
// Thread safety: one thread at a time.
#pragma once

#include <memory>
#include <string_view>

#include "batchsizer/result.h"
#include "batchsizer/units.h"
#include "flow/model/model_summary.h"
#include "sim/device/device_description.h"
#include "sim/plant.h"

namespace batchsizer::sim {

// Which host feeds the device, and what it has to prepare. The default is one
// that keeps up: images are prepared while the device is busy.
struct HostUse {
  std::string_view name = kNativeHost;  // one of DeviceDescription::hosts
  Duration preparation_per_image{0};    // mean; see image_costs.h
};

// Nothing of device and model is kept by reference. Errors also: kNotFound, for a
// host that the description does not have.
// REQUIRES: device came from ParseDevice or one of the functions beside it;
// preparation_per_image >= 0.
[[nodiscard]] Result<std::unique_ptr<Plant>> CreateDevicePlant(const DeviceDescription& device,
                                                               const flow::ModelSummary& model,
                                                               const HostUse& host = {});

}  // namespace batchsizer::sim
