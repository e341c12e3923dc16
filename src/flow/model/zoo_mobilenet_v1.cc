// Howard et al., "MobileNets", 2017, table 1; as TF-slim builds it (ReLU6, 1001
// classes, batch norm folded into the convolutions).
#include <array>

#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

struct Block {
  int stride;
  int channels;
};
constexpr std::array<Block, 13> kBlocks = {{{1, 64},
                                            {2, 128},
                                            {1, 128},
                                            {2, 256},
                                            {1, 256},
                                            {2, 512},
                                            {1, 512},
                                            {1, 512},
                                            {1, 512},
                                            {1, 512},
                                            {1, 512},
                                            {2, 1024},
                                            {1, 1024}}};
constexpr int kClasses = 1001;
// Makes the scores of generated weights as decided as a trained net's.
constexpr float kLogitGain = 30.0F;

Tensor DepthwiseSeparable(ModelBuilder& model, const Tensor& in, const Block& block) {
  const Tensor spatial =
      model.Relu6(model.DepthwiseConv(in, {.height = 3, .width = 3, .stride = block.stride}));
  return model.Relu6(model.Conv(spatial, block.channels, {}));
}

}  // namespace

ModelBuilder MobileNetV1(std::uint64_t seed) {
  ModelBuilder model("mobilenet-v1-1.0-224", seed);
  Tensor x = model.Input("input", {-1, 3, 224, 224});
  x = model.Relu6(model.Conv(x, 32, {.height = 3, .width = 3, .stride = 2}));
  for (const Block& block : kBlocks) x = DepthwiseSeparable(model, x, block);
  x = model.Flatten(model.GlobalAveragePool(x));
  model.Output(model.Softmax(model.Gemm(x, kClasses, kLogitGain)), "scores");
  return model;
}

}  // namespace batchsizer::flow
