// An emulated device that runs one network: a Plant on top of the time and power
// model in batch_cost.h.
//
// The phases of one batch: a gap at idle power (the host prepares and hands
// over), a short spike as the device takes up work, the rest of the busy stretch
// at its mean power. Each pair of batch size and clock is computed once; asking
// again costs a look-up and allocates nothing.
//
// Batch sizes go from 1 to what the description allows and the device's memory
// holds; a model with a fixed batch axis has that size only.
//
// Deterministic. Errors: kInvalidInput for a model without layers to run,
// kUnsupported for one that does not fit the device's memory.
// Thread safety: one thread at a time.
#pragma once

#include <memory>

#include "batchsizer/result.h"
#include "batchsizer/units.h"
#include "flow/model/model_summary.h"
#include "sim/device/device_description.h"
#include "sim/plant.h"

namespace batchsizer::sim {

// What the host does to a batch before the device can start. The default is a
// host that keeps up: images are prepared while the device is busy.
struct HostPreparation {
  Duration per_image{0};  // DeviceDescription::preparation_ms has the published ones
  // True: prepared while the device runs the batch before, which waits only for
  // what is left. False: one after the other, as in the paper.
  bool overlapped = false;
};

// Nothing of device and model is kept by reference.
// REQUIRES: device came from ParseDevice or one of the functions beside it;
// preparation.per_image >= 0.
[[nodiscard]] Result<std::unique_ptr<Plant>> CreateDevicePlant(
    const DeviceDescription& device, const flow::ModelSummary& model,
    const HostPreparation& preparation = {});

}  // namespace batchsizer::sim
