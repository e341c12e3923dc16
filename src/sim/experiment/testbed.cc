#include "sim/experiment/testbed.h"

#include <utility>

#include "base/check.h"
#include "flow/model/zoo.h"
#include "sim/device/device_plant.h"
#include "sim/device/host_preparation.h"

namespace batchsizer::sim {
namespace {

// Its name and what it adds.
const auto& HostOf(const DeviceDescription& device) {
  const auto paper = device.hosts.find(kPaperHost);
  return paper != device.hosts.end() ? *paper : *device.hosts.find(kNativeHost);
}

}  // namespace

InputSets DrawInputSets(std::uint64_t seed) {
  const auto draw = [&](flow::ImageSetKind kind) {
    return flow::DrawImageSet(kind, flow::kPaperSetImages, seed);
  };
  return {.imagenet = draw(flow::ImageSetKind::kImageNet),
          .caltech256 = draw(flow::ImageSetKind::kCaltech256)};
}

Result<Testbed> Testbed::Create(const DeviceDescription& device, InputSets inputs,
                                std::uint64_t seed) {
  auto networks = std::make_shared<Networks>();
  for (const PaperJob& job : PaperJobs()) {
    if (networks->contains(job.network)) continue;
    auto summary = flow::SummariseZooModel(job.network);
    if (!summary) return tl::unexpected<Error>(summary.error());
    networks->emplace(job.network, std::move(*summary));
  }
  return Testbed(device, seed, std::make_shared<const InputSets>(std::move(inputs)),
                 std::move(networks));
}

Testbed::Testbed(const DeviceDescription& device, std::uint64_t seed,
                 std::shared_ptr<const InputSets> inputs, std::shared_ptr<const Networks> networks)
    : device_(device),
      seed_(seed),
      inputs_(std::move(inputs)),
      costs_(CostsOn(device_, *inputs_)),
      networks_(std::move(networks)) {}

Testbed Testbed::On(const DeviceDescription& device) const {
  return {device, seed_, inputs_, networks_};
}

const flow::ModelSummary& Testbed::Network(std::string_view name) const {
  const auto at = networks_->find(name);
  BATCHSIZER_CHECK(at != networks_->end());
  return at->second;
}

Testbed::SetCosts Testbed::CostsOn(const DeviceDescription& device, const InputSets& inputs) {
  const HostConstants& host = HostOf(device).second;
  return {.imagenet = ImageCosts(PreparationSeconds(host, inputs.imagenet)),
          .caltech256 = ImageCosts(PreparationSeconds(host, inputs.caltech256))};
}

const ImageCosts& Testbed::CostsOf(std::string_view dataset) const {
  const bool imagenet = dataset == flow::ToString(flow::ImageSetKind::kImageNet);
  return imagenet ? costs_.imagenet : costs_.caltech256;
}

Result<std::unique_ptr<Plant>> Testbed::MakePlant(const Workload& workload) const {
  auto plant = CreateDevicePlant(device_, Network(workload.network),
                                 {HostOf(device_).first, CostsOf(workload.dataset).Mean()});
  if (!plant) return Annotate(workload.network, plant.error());
  return plant;
}

Result<std::unique_ptr<EmulatedAccelerator>> Testbed::MakeAccelerator(
    const Workload& workload) const {
  auto plant = MakePlant(workload);
  if (!plant) return tl::unexpected<Error>(plant.error());
  EmulationOptions options{.noise = 0.0, .seed = seed_, .images = {}};
  if (!HostOf(device_).second.overlapped) options.images = CostsOf(workload.dataset);
  return std::make_unique<EmulatedAccelerator>(std::move(*plant), options);
}

}  // namespace batchsizer::sim
