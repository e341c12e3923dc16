// Howard et al., "MobileNets", 2017, table 1.
#include <fmt/format.h>

#include <array>

#include "flow/model/zoo_layers.h"
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

Tensor DepthwiseSeparable(ModelBuilder& model, const Tensor& in, const Block& block,
                          const std::string& scope) {
  const Tensor spatial = model.Relu6(model.DepthwiseConv(
      in, Square(3, block.stride), Normalised(scope + "_depthwise", "depthwise_weights")));
  return model.Relu6(model.Conv(spatial, block.channels, {}, Normalised(scope + "_pointwise")));
}

}  // namespace

void MobileNetV1(ModelBuilder& model) {
  Tensor x = ImageInput(model, 224);
  x = model.Relu6(model.Conv(x, 32, Square(3, 2), Normalised("MobilenetV1/Conv2d_0")));
  for (std::size_t i = 0; i < kBlocks.size(); ++i) {
    x = DepthwiseSeparable(model, x, kBlocks[i], fmt::format("MobilenetV1/Conv2d_{}", i + 1));
  }
  Classify(model, x, "MobilenetV1/Logits/Conv2d_1c_1x1", 30.0F);
}

}  // namespace batchsizer::flow
