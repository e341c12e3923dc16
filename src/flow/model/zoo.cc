#include "flow/model/zoo.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

struct Network {
  std::string_view name;
  std::string_view title;
  std::string_view batch_norm_epsilon;
  void (*write)(ModelBuilder&);
};

constexpr std::array kNetworks = {
    Network{"inception-v1", "inception-v1-224", "0.001", InceptionV1},
    Network{"inception-v2", "inception-v2-224", "0.001", InceptionV2},
    Network{"inception-v3", "inception-v3-299", "0.001", InceptionV3},
    Network{"mobilenet-v1", "mobilenet-v1-1.0-224", "0.001", MobileNetV1},
    Network{"mobilenet-v2", "mobilenet-v2-1.0-224", "0.001", MobileNetV2},
    Network{"nasnet-mobile", "nasnet-mobile-224", "0.001", NasNetMobile},
    Network{"pnasnet-mobile", "pnasnet-mobile-224", "0.001", PnasNetMobile},
    Network{"resnet-v2-50", "resnet-v2-50-224", "0.00001", ResNetV2Of50},
    Network{"resnet-v2-101", "resnet-v2-101-224", "0.00001", ResNetV2Of101},
    Network{"resnet-v2-152", "resnet-v2-152-224", "0.00001", ResNetV2Of152},
};

constexpr auto kNames = [] {
  std::array<std::string_view, kNetworks.size()> names;
  std::transform(kNetworks.begin(), kNetworks.end(), names.begin(),
                 [](const Network& network) { return network.name; });
  return names;
}();

tl::unexpected<Error> UnknownName(std::string_view name) {
  const auto nearest = base::Nearest(name, kNames);
  const std::string hint = nearest ? fmt::format(" (did you mean '{}'?)", *nearest) : "";
  return MakeError(ErrorCode::kInvalidInput, fmt::format("unknown network '{}'{}; the zoo has: {}",
                                                         name, hint, fmt::join(kNames, ", ")));
}

}  // namespace

std::span<const std::string_view> ZooNames() { return kNames; }

Result<ModelBuilder> MakeZooNetwork(std::string_view name, std::uint64_t seed, WeightData data) {
  for (const Network& network : kNetworks) {
    if (network.name != name) continue;
    ModelBuilder model(network.title, seed, data);
    model.SetMetadata(kZooKey, network.name);
    model.SetMetadata(kBatchNormEpsilonKey, network.batch_norm_epsilon);
    network.write(model);
    return model;
  }
  return UnknownName(name);
}

Status BuildZooModel(std::string_view name, const std::string& path, std::uint64_t seed) {
  const auto model = MakeZooNetwork(name, seed);
  if (!model) return tl::unexpected(model.error());
  return model->Save(path);
}

}  // namespace batchsizer::flow
