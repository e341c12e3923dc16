// The networks of the zoo, layer by layer; for the zoo and for tests.
//
// Each is the one that TF-slim (tensorflow/models, research/slim/nets) builds for
// inference, with 1001 classes and under the same variable scopes: input "input",
// NCHW with an open batch, output "scores" after a softmax. A batch norm behind a
// convolution is folded into it; one in front of it (ResNet-v2) stays a layer.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <string_view>

#include "batchsizer/result.h"
#include "flow/model/builder.h"

namespace batchsizer::flow {

inline constexpr int kZooClasses = 1001;

void InceptionV1(ModelBuilder& model);
void InceptionV2(ModelBuilder& model);
void InceptionV3(ModelBuilder& model);
void MobileNetV1(ModelBuilder& model);
void MobileNetV2(ModelBuilder& model);
void NasNetMobile(ModelBuilder& model);
void PnasNetMobile(ModelBuilder& model);
void ResNetV2Of50(ModelBuilder& model);
void ResNetV2Of101(ModelBuilder& model);
void ResNetV2Of152(ModelBuilder& model);

// Errors: kInvalidInput (unknown name; the nearest is named).
[[nodiscard]] Result<ModelBuilder> MakeZooNetwork(std::string_view name, std::uint64_t seed,
                                                  WeightData data = WeightData::kGenerated);

}  // namespace batchsizer::flow
