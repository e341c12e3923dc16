// Layer tables of the published networks that public P40 figures exist for,
// made from their architectures alone: what the calibration runs on the model.
// For tests and the calibration program, not part of the library.
//
// Thread safety: free functions without state.
#pragma once

#include "flow/model/model_summary.h"

namespace batchsizer::sim {

// How a framework runs a convolution's normalisation, bias and activation.
enum class Fusion {
  kNone,  // a kernel each, and concatenations are copies (TensorFlow 1.15)
  kFull,  // part of the convolution (TensorRT)
};

// Float32, the TF-slim variants: MobileNet-v1 1.0 and ResNet-v2 at 224 x 224 with
// 1001 classes, Inception v3 at 299 x 299. GoogLeNet is Inception v1.
[[nodiscard]] flow::ModelSummary MobileNetV1(Fusion fusion);
[[nodiscard]] flow::ModelSummary ResNetV2(int layers, Fusion fusion);  // 50, 101, 152
[[nodiscard]] flow::ModelSummary GoogLeNet(Fusion fusion);
[[nodiscard]] flow::ModelSummary InceptionV3(Fusion fusion);

// AlexNet, fully fused, groups as in the original.
[[nodiscard]] flow::ModelSummary AlexNet();

[[nodiscard]] double TotalMacs(const flow::ModelSummary& model);

}  // namespace batchsizer::sim
