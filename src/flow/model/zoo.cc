#include "flow/model/zoo.h"

#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"mobilenet-v1"};
constexpr std::array<ModelBuilder (*)(std::uint64_t), 1> kNetworks = {MobileNetV1};

}  // namespace

std::span<const std::string_view> ZooNames() { return kNames; }

Status BuildZooModel(std::string_view name, const std::string& path, std::uint64_t seed) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return kNetworks[i](seed).Save(path);
  }
  const auto nearest = base::Nearest(name, kNames);
  const std::string hint = nearest ? fmt::format(" (did you mean '{}'?)", *nearest) : "";
  return MakeError(ErrorCode::kInvalidInput, fmt::format("unknown network '{}'{}; the zoo has: {}",
                                                         name, hint, fmt::join(kNames, ", ")));
}

}  // namespace batchsizer::flow
