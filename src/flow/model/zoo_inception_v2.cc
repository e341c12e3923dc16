// Ioffe and Szegedy, "Batch Normalization", 2015, appendix; its first convolution is
// separable in TF-slim.
#include <array>
#include <span>

#include "flow/model/zoo_inception.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

// Channels of a block's convolutions.
struct Block {
  std::string_view name;
  int alone;
  std::array<int, 2> once;   // before and behind one 3x3
  std::array<int, 2> twice;  // before, and behind each of two 3x3
  int pooled;
  bool max_pool = false;  // in place of the mean
};
constexpr std::array<Block, 2> kBlocks3 = {
    {{"Mixed_3b", 64, {64, 64}, {64, 96}, 32}, {"Mixed_3c", 64, {64, 96}, {64, 96}, 64}}};
constexpr std::array<Block, 4> kBlocks4 = {{{"Mixed_4b", 224, {64, 96}, {96, 128}, 128},
                                            {"Mixed_4c", 192, {96, 128}, {96, 128}, 128},
                                            {"Mixed_4d", 160, {128, 160}, {128, 160}, 96},
                                            {"Mixed_4e", 96, {128, 192}, {160, 192}, 96}}};
constexpr std::array<Block, 2> kBlocks5 = {{{"Mixed_5b", 352, {192, 320}, {160, 224}, 128},
                                            {"Mixed_5c", 352, {192, 320}, {192, 224}, 128, true}}};

// The same of a block that halves the image.
struct Reduction {
  std::string_view name;
  std::array<int, 2> once;
  std::array<int, 2> twice;
};
constexpr Reduction kReduction4 = {"Mixed_4a", {128, 160}, {64, 96}};
constexpr Reduction kReduction5 = {"Mixed_5a", {128, 192}, {192, 256}};

class InceptionV2Writer {
 public:
  explicit InceptionV2Writer(ModelBuilder& model) : model_(model) {}

  void Write() {
    Tensor x = AddBlocks(Stem(), kBlocks3);
    x = AddBlocks(Reduce(x, kReduction4), kBlocks4);
    x = AddBlocks(Reduce(x, kReduction5), kBlocks5);
    Classify(model_, x, "InceptionV2/Logits/Conv2d_1c_1x1", 4.0F);
  }

 private:
  // Eight filters a channel, then 1x1; with a bias and no batch norm in TF-slim.
  Tensor SeparableConv(const Tensor& in) {
    const std::string scope = "InceptionV2/Conv2d_1a_7x7";
    const Tensor spatial = model_.GroupConv(in, 24, 3, Square(7, 2),
                                            {.scope = scope,
                                             .name = scope + "/depthwise",
                                             .weights = "depthwise_weights",
                                             .bias = false});
    return model_.Relu(
        model_.Conv(spatial, 64, {}, {.scope = scope, .weights = "pointwise_weights"}));
  }

  Tensor Stem() {
    Tensor x = model_.MaxPool(SeparableConv(ImageInput(model_, 224)), Square(3, 2));
    x = net_.Chain(x, {{"Conv2d_2b_1x1", 64}, {"Conv2d_2c_3x3", 192, Square(3)}});
    return model_.MaxPool(x, Square(3, 2));
  }

  Tensor AddBlocks(Tensor x, std::span<const Block> blocks) {
    for (const Block& block : blocks) x = AddBlock(x, block);
    return x;
  }

  Tensor AddBlock(const Tensor& in, const Block& block) {
    const InceptionScope at = net_.Within(block.name);
    const Tensor pooled =
        block.max_pool ? model_.MaxPool(in, Square(3)) : model_.AveragePool(in, Square(3));
    const std::array parts = {
        at.Branch(0).Conv(in, {"Conv2d_0a_1x1", block.alone}),
        at.Branch(1).Chain(
            in, {{"Conv2d_0a_1x1", block.once[0]}, {"Conv2d_0b_3x3", block.once[1], Square(3)}}),
        at.Branch(2).Chain(in, {{"Conv2d_0a_1x1", block.twice[0]},
                                {"Conv2d_0b_3x3", block.twice[1], Square(3)},
                                {"Conv2d_0c_3x3", block.twice[1], Square(3)}}),
        at.Branch(3).Conv(pooled, {"Conv2d_0b_1x1", block.pooled})};
    return model_.Concat(parts);
  }

  Tensor Reduce(const Tensor& in, const Reduction& block) {
    const InceptionScope at = net_.Within(block.name);
    const std::array parts = {
        at.Branch(0).Chain(
            in, {{"Conv2d_0a_1x1", block.once[0]}, {"Conv2d_1a_3x3", block.once[1], Square(3, 2)}}),
        at.Branch(1).Chain(in, {{"Conv2d_0a_1x1", block.twice[0]},
                                {"Conv2d_0b_3x3", block.twice[1], Square(3)},
                                {"Conv2d_1a_3x3", block.twice[1], Square(3, 2)}}),
        model_.MaxPool(in, Square(3, 2))};
    return model_.Concat(parts);
  }

  ModelBuilder& model_;
  InceptionScope net_{model_, "InceptionV2"};
};

}  // namespace

void InceptionV2(ModelBuilder& model) { InceptionV2Writer(model).Write(); }

}  // namespace batchsizer::flow
