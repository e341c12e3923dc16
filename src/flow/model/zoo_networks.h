// One function a network of the zoo; for the zoo and for tests.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>

#include "flow/model/builder.h"

namespace batchsizer::flow {

// MobileNetV1 1.0, 224 x 224, 1001 classes (TF-slim): 4.2 M parameters, 0.57 GMACs.
[[nodiscard]] ModelBuilder MobileNetV1(std::uint64_t seed);

}  // namespace batchsizer::flow
