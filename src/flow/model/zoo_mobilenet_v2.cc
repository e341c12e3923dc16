// Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018,
// table 2.
#include <fmt/format.h>

#include <array>

#include "flow/model/zoo_layers.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

struct Stage {
  int expansion;
  int channels;
  int blocks;
  int stride;  // of the first block
};
constexpr std::array<Stage, 7> kStages = {{{1, 16, 1, 1},
                                           {6, 24, 2, 2},
                                           {6, 32, 3, 2},
                                           {6, 64, 4, 2},
                                           {6, 96, 3, 1},
                                           {6, 160, 3, 2},
                                           {6, 320, 1, 1}}};
// No batch norm holds generated activations down, so what a block adds to its input
// must be little; and where no ReLU takes half of a tensor away, the next convolution
// would give more than it gets.
constexpr float kResidualGain = 0.3F;
constexpr float kLinearGain = 0.7F;

struct Block {
  std::string scope;
  int expansion;
  int channels;
  int stride;
};

Tensor InvertedResidual(ModelBuilder& model, const Tensor& in, const Block& block) {
  const bool adds = block.stride == 1 && in.channels() == block.channels;
  Tensor x = in;
  if (block.expansion > 1) {
    const int wide = static_cast<int>(in.channels()) * block.expansion;
    Layer expand = Normalised(block.scope + "/expand");
    expand.gain = kLinearGain;
    x = model.Relu6(model.Conv(x, wide, {}, expand));
  }
  x = model.Relu6(model.DepthwiseConv(x, Square(3, block.stride),
                                      Normalised(block.scope + "/depthwise", "depthwise_weights")));
  Layer project = Normalised(block.scope + "/project");
  if (adds) project.gain = kResidualGain;
  x = model.Conv(x, block.channels, {}, project);
  return adds ? model.Add(x, in) : x;
}

}  // namespace

void MobileNetV2(ModelBuilder& model) {
  Tensor x = ImageInput(model, 224);
  x = model.Relu6(model.Conv(x, 32, Square(3, 2), Normalised("MobilenetV2/Conv")));
  int count = 0;
  for (const Stage& stage : kStages) {
    for (int i = 0; i < stage.blocks; ++i, ++count) {
      x = InvertedResidual(
          model, x,
          {.scope = count == 0 ? "MobilenetV2/expanded_conv"
                               : fmt::format("MobilenetV2/expanded_conv_{}", count),
           .expansion = stage.expansion,
           .channels = stage.channels,
           .stride = i == 0 ? stage.stride : 1});
    }
  }
  x = model.Relu6(model.Conv(x, 1280, {}, Normalised("MobilenetV2/Conv_1")));
  Classify(model, x, "MobilenetV2/Logits/Conv2d_1c_1x1", 4.0F);
}

}  // namespace batchsizer::flow
