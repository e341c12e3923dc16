// What every experiment runs on: the ten networks' layers and the two image sets,
// loaded once, and emulated accelerators made of them.
//
// Thread safety: immutable after construction; the accelerators are each one thread's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"
#include "flow/image/image_set.h"
#include "flow/model/model_summary.h"
#include "sim/device/device_description.h"
#include "sim/emulated_accelerator.h"
#include "sim/experiment/paper_jobs.h"
#include "sim/plant.h"

namespace batchsizer::sim {

// A network and the images that it is given.
struct Workload {
  std::string_view network;
  std::string_view dataset;
};

// The images of both sets, in the order they are taken.
struct InputSets {
  std::vector<flow::ImageFacts> imagenet;
  std::vector<flow::ImageFacts> caltech256;
};
// 10,000 of each, drawn like the real ones.
[[nodiscard]] InputSets DrawInputSets(std::uint64_t seed);

class Testbed {
 public:
  // Errors: kNotFound for a network that is not known. REQUIRES: neither set is empty.
  [[nodiscard]] static Result<Testbed> Create(const DeviceDescription& device, InputSets inputs,
                                              std::uint64_t seed);

  // The same networks and images on another device.
  [[nodiscard]] Testbed On(const DeviceDescription& device) const;

  [[nodiscard]] const DeviceDescription& device() const { return device_; }
  // REQUIRES: one of the networks of PaperJobs().
  [[nodiscard]] const flow::ModelSummary& Network(std::string_view name) const;

  // The network on the device, fed by the paper's host: images are prepared one after
  // another; by the native one where the description has no such host. Errors:
  // kUnsupported where the network does not fit the device.
  [[nodiscard]] Result<std::unique_ptr<Plant>> MakePlant(const Workload& workload) const;
  [[nodiscard]] Result<std::unique_ptr<EmulatedAccelerator>> MakeAccelerator(
      const Workload& workload) const;

 private:
  using Networks = std::map<std::string, flow::ModelSummary, std::less<>>;

  // What the device's host takes for the images of both sets.
  struct SetCosts {
    ImageCosts imagenet;
    ImageCosts caltech256;
  };
  Testbed(const DeviceDescription& device, std::uint64_t seed,
          std::shared_ptr<const InputSets> inputs, std::shared_ptr<const Networks> networks);
  [[nodiscard]] static SetCosts CostsOn(const DeviceDescription& device, const InputSets& inputs);
  [[nodiscard]] const ImageCosts& CostsOf(std::string_view dataset) const;

  DeviceDescription device_;
  std::uint64_t seed_;
  std::shared_ptr<const InputSets> inputs_;
  SetCosts costs_;
  std::shared_ptr<const Networks> networks_;
};

}  // namespace batchsizer::sim
