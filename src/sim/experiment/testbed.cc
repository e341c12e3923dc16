#include "sim/experiment/testbed.h"

#include <utility>

#include "base/check.h"
#include "flow/model/zoo.h"
#include "sim/device/device_plant.h"

namespace batchsizer::sim {
Result<Testbed> Testbed::Create(const DeviceDescription& device, std::uint64_t seed) {
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

Result<std::unique_ptr<Plant>> Testbed::MakePlant(const Workload& workload) const {
  const auto at = device_.preparation_ms.find(std::string(workload.dataset));
  const double image_ms = at == device_.preparation_ms.end() ? 0.0 : at->second;
  auto plant = CreateDevicePlant(device_, Network(workload.network),
                                 {.per_image = FromSeconds(image_ms * 1e-3), .overlapped = false});
  if (!plant) return Annotate(workload.network, plant.error());
  return plant;
}

Result<std::unique_ptr<EmulatedAccelerator>> Testbed::MakeAccelerator(
    const Workload& workload) const {
  auto plant = MakePlant(workload);
  if (!plant) return tl::unexpected<Error>(plant.error());
  return std::make_unique<EmulatedAccelerator>(std::move(*plant),
                                               SensorOptions{.noise = 0.0, .seed = seed_});
}

}  // namespace batchsizer::sim
