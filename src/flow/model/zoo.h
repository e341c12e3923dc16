// Networks that we can make as ONNX files, by name.
//
// Their weights are generated from a seed: the work is the real network's,
// predictions mean nothing, and the file says so (kWeightsKey in builder.h).
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::flow {

inline constexpr std::uint64_t kDefaultZooSeed = 1;

[[nodiscard]] std::span<const std::string_view> ZooNames();

// Makes the file in about a second, whole or not at all. Errors: kInvalidInput
// (unknown name; the nearest is named), and those of ModelBuilder::Save.
[[nodiscard]] Status BuildZooModel(std::string_view name, const std::string& path,
                                   std::uint64_t seed = kDefaultZooSeed);

}  // namespace batchsizer::flow
