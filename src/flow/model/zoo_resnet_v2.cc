// He et al., "Identity Mappings in Deep Residual Networks", 2016: batch norms in front
// of the convolutions. As TF-slim has it, the last unit of a block halves the image.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numeric>

#include "flow/model/zoo_layers.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

constexpr int kBlocks = 4;
using Units = std::array<int, kBlocks>;  // of each block

struct Unit {
  std::string scope;
  int width;  // of its inner convolutions; it gives four times as many channels
  int stride;
  float gain;  // of what it adds to its input
};

Tensor NormaliseAndActivate(ModelBuilder& model, const Tensor& in, const std::string& scope) {
  return model.Relu(model.BatchNorm(in, scope));
}

Tensor Shortcut(ModelBuilder& model, const Tensor& in, const Tensor& active, const Unit& unit) {
  const int channels = 4 * unit.width;
  if (in.channels() != channels) {
    return model.Conv(active, channels, Square(1, unit.stride),
                      {.scope = unit.scope + "/shortcut"});
  }
  return unit.stride == 1 ? in : model.MaxPool(in, Square(1, unit.stride));
}

Tensor Residual(ModelBuilder& model, const Tensor& active, const Unit& unit) {
  Tensor x = model.Relu(model.Conv(active, unit.width, {}, Normalised(unit.scope + "/conv1")));
  x = model.Relu(model.Conv(x, unit.width, Square(3, unit.stride, Padding::kCentred),
                            Normalised(unit.scope + "/conv2")));
  return model.Conv(x, 4 * unit.width, {}, {.scope = unit.scope + "/conv3", .gain = unit.gain});
}

Tensor AddUnit(ModelBuilder& model, const Tensor& in, const Unit& unit) {
  const Tensor active = NormaliseAndActivate(model, in, unit.scope + "/preact");
  return model.Add(Shortcut(model, in, active, unit), Residual(model, active, unit));
}

void ResNetV2(ModelBuilder& model, const std::string& scope, const Units& units) {
  // Generated batch norms change nothing, so each unit may only add a little: all
  // together about as much as they were given.
  const float gain =
      1.0F / std::sqrt(static_cast<float>(std::accumulate(units.begin(), units.end(), 0)));
  Tensor x = ImageInput(model, 224);
  x = model.Conv(x, 64, Square(7, 2, Padding::kCentred), {.scope = scope + "/conv1"});
  x = model.MaxPool(x, Square(3, 2));
  for (int block = 0; block < kBlocks; ++block) {
    const int count = units.at(static_cast<std::size_t>(block));
    for (int i = 1; i <= count; ++i) {
      const int stride = i == count && block + 1 < kBlocks ? 2 : 1;
      x = AddUnit(model, x,
                  {.scope = fmt::format("{}/block{}/unit_{}/bottleneck_v2", scope, block + 1, i),
                   .width = 64 << block,
                   .stride = stride,
                   .gain = gain});
    }
  }
  Classify(model, NormaliseAndActivate(model, x, scope + "/postnorm"), scope + "/logits", 6.0F);
}

}  // namespace

void ResNetV2Of50(ModelBuilder& model) { ResNetV2(model, "resnet_v2_50", {3, 4, 6, 3}); }
void ResNetV2Of101(ModelBuilder& model) { ResNetV2(model, "resnet_v2_101", {3, 4, 23, 3}); }
void ResNetV2Of152(ModelBuilder& model) { ResNetV2(model, "resnet_v2_152", {3, 8, 36, 3}); }

}  // namespace batchsizer::flow
