#include "flow/model/published.h"

#include <algorithm>
#include <array>

namespace batchsizer::flow {
namespace {

constexpr std::string_view kCounted = "counts of TF-slim's graph";
constexpr std::string_view kMobileNet = "TF-slim's tables of MobileNets";
constexpr std::string_view kNas = "TF-slim's table of NASNets";

constexpr std::array<PublishedNetwork, 10> kPublished = {
    {{"inception-v1", "Inception V1", 26.06, 13.22, 6.62, 1.50, kCounted},
     {"inception-v2", "Inception V2", 43.92, 22.34, 11.18, 1.94, kCounted},
     {"inception-v3", "Inception V3", 93.42, 54.25, 23.8, 5.72, kCounted, 27.14},
     {"mobilenet-v1", "MobileNet-V1-1", 16.69, 8.42, 4.24, 0.569, kMobileNet},
     {"mobilenet-v2", "MobileNet-V2-1", 13.75, 6.94, 3.47, 0.300, kMobileNet},
     {"nasnet-mobile", "NASNET-Mobile", 21.37, 10.51, 5.3, 0.564, kNas},
     {"pnasnet-mobile", "PNASNET-Mobile", 20.37, 10.06, 5.1, 0.588, kNas},
     {"resnet-v2-50", "ResNet-V2-50", 100.21, 51.01, 25.57, 3.49, kCounted},
     {"resnet-v2-101", "ResNet-V2-101", 174.82, 88.89, 44.58, 7.20, kCounted},
     {"resnet-v2-152", "ResNet-V2-152", 236.32, 120.08, 60.24, 10.9, kCounted}}};

}  // namespace

std::span<const PublishedNetwork> PublishedNetworks() { return kPublished; }

const PublishedNetwork* FindPublished(std::string_view name) {
  const auto* at = std::find_if(kPublished.begin(), kPublished.end(),
                                [&](const auto& network) { return network.name == name; });
  return at == kPublished.end() ? nullptr : at;
}

}  // namespace batchsizer::flow
