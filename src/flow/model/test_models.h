// Small models for tests: one network behind every kind of input.
#pragma once

#include <array>
#include <cstdint>

#include "batchsizer/engine.h"
#include "flow/model/builder.h"

namespace batchsizer::flow {

inline constexpr int kTinyClasses = 10;
inline constexpr int kTinySide = 16;

struct TinyNet {
  std::int64_t batch = -1;
  std::int64_t side = kTinySide;
  ImageLayout layout = ImageLayout::kNchw;
  ElementType input = ElementType::kFloat32;
  ElementType output = ElementType::kFloat32;
  bool pooled_output = false;  // [N,C,1,1] in place of [N,C]
};

// The NCHW float32 tensor in [0,1] that the network works on.
inline Tensor TinyInput(ModelBuilder& model, const TinyNet& net) {
  const bool nchw = net.layout == ImageLayout::kNchw;
  const std::vector<std::int64_t> dims =
      nchw ? std::vector<std::int64_t>{net.batch, 3, net.side, net.side}
           : std::vector<std::int64_t>{net.batch, net.side, net.side, 3};
  Tensor x = model.Input("images", dims, net.input);
  if (net.input != ElementType::kFloat32) x = model.Cast(x, ElementType::kFloat32);
  if (net.input == ElementType::kUint8) x = model.Multiply(x, model.Scalar(1.0F / 255.0F));
  return nchw ? x : model.Transpose(x, std::array{0, 3, 1, 2});
}

// Two convolutions, a depthwise one, a residual and a concatenation, to 10 scores.
inline Tensor TinyScores(ModelBuilder& model, const TinyNet& net) {
  const Tensor x =
      model.Relu6(model.Conv(TinyInput(model, net), 8, {.height = 3, .width = 3, .stride = 2}));
  const Tensor y = model.Relu(model.DepthwiseConv(x, {.height = 3, .width = 3}));
  const std::array parts = {model.Add(x, y), y};
  const Tensor pooled = model.GlobalAveragePool(model.Conv(model.Concat(parts), 16, {}));
  if (net.pooled_output) return model.Conv(pooled, kTinyClasses, {});
  return model.Softmax(model.Gemm(model.Flatten(pooled), kTinyClasses, {.gain = 4.0F}));
}

inline ModelBuilder Build(const TinyNet& net) {
  ModelBuilder model("tiny", 7);
  Tensor scores = TinyScores(model, net);
  if (net.output != ElementType::kFloat32) scores = model.Cast(scores, net.output);
  model.Output(scores, "scores", net.output);
  return model;
}

}  // namespace batchsizer::flow
