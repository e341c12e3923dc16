#include "sim/experiment/testbed.h"

#include <utility>

#include "base/check.h"
#include "flow/model/zoo.h"
#include "sim/device/device_plant.h"
#include "sim/device/host_preparation.h"

namespace batchsizer::sim {
namespace {

std::string_view HostOf(const DeviceDescription& device) {
  return device.hosts.contains(kPaperHost) ? kPaperHost : kNativeHost;
}

}  // namespace

InputSets DrawInputSets(std::uint64_t seed) {
  constexpr int kImages = 10'000;  // as many as the paper took of each
  return {.imagenet = flow::DrawImageSet(flow::ImageSetKind::kImageNet, kImages, seed),
          .caltech256 = flow::DrawImageSet(flow::ImageSetKind::kCaltech256, kImages, seed)};
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
  Testbed testbed;
  testbed.device_ = device;
  testbed.seed_ = seed;
  testbed.inputs_ = std::make_shared<const InputSets>(std::move(inputs));
  testbed.networks_ = std::move(networks);
  return testbed;
}

Testbed Testbed::On(const DeviceDescription& device) const {
  Testbed other = *this;
  other.device_ = device;
  return other;
}

const flow::ModelSummary& Testbed::Network(std::string_view name) const {
  const auto at = networks_->find(name);
  BATCHSIZER_CHECK(at != networks_->end());
  return at->second;
}

ImageCosts Testbed::CostsOf(std::string_view dataset, const HostConstants& host) const {
  const bool imagenet = dataset == flow::ToString(flow::ImageSetKind::kImageNet);
  return ImageCosts(PreparationSeconds(host, imagenet ? inputs_->imagenet : inputs_->caltech256));
}

Result<std::unique_ptr<Plant>> Testbed::MakePlant(const Workload& workload) const {
  const std::string_view host = HostOf(device_);
  const ImageCosts costs = CostsOf(workload.dataset, device_.hosts.find(host)->second);
  auto plant = CreateDevicePlant(device_, Network(workload.network), {host, costs.Mean()});
  if (!plant) return Annotate(workload.network, plant.error());
  return plant;
}

Result<std::unique_ptr<EmulatedAccelerator>> Testbed::MakeAccelerator(
    const Workload& workload) const {
  auto plant = MakePlant(workload);
  if (!plant) return tl::unexpected<Error>(plant.error());
  const HostConstants& host = device_.hosts.find(HostOf(device_))->second;
  EmulationOptions options{.noise = 0.0, .seed = seed_, .images = {}};
  if (!host.overlapped) options.images = CostsOf(workload.dataset, host);
  return std::make_unique<EmulatedAccelerator>(std::move(*plant), options);
}

}  // namespace batchsizer::sim
