// Szegedy et al., "Going Deeper with Convolutions", 2014, table 1; TF-slim has 3x3
// convolutions where the paper has 5x5, and batch norms.
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
  std::array<int, 2> once;   // before and behind the first 3x3
  std::array<int, 2> again;  // and the second
  int pooled;
  std::string_view last = "Conv2d_0b_3x3";  // scope of the second 3x3
};
constexpr std::array<Block, 2> kBlocks3 = {
    {{"Mixed_3b", 64, {96, 128}, {16, 32}, 32}, {"Mixed_3c", 128, {128, 192}, {32, 96}, 64}}};
constexpr std::array<Block, 5> kBlocks4 = {{{"Mixed_4b", 192, {96, 208}, {16, 48}, 64},
                                            {"Mixed_4c", 160, {112, 224}, {24, 64}, 64},
                                            {"Mixed_4d", 128, {128, 256}, {24, 64}, 64},
                                            {"Mixed_4e", 112, {144, 288}, {32, 64}, 64},
                                            {"Mixed_4f", 256, {160, 320}, {32, 128}, 128}}};
// The odd scope is TF-slim's.
constexpr std::array<Block, 2> kBlocks5 = {
    {{"Mixed_5b", 256, {160, 320}, {32, 128}, 128, "Conv2d_0a_3x3"},
     {"Mixed_5c", 384, {192, 384}, {48, 128}, 128}}};

class InceptionV1Writer {
 public:
  explicit InceptionV1Writer(ModelBuilder& model) : model_(model) {}

  void Write() {
    Tensor x = AddBlocks(Stem(), kBlocks3);
    x = AddBlocks(model_.MaxPool(x, Square(3, 2)), kBlocks4);
    x = AddBlocks(model_.MaxPool(x, Square(2, 2)), kBlocks5);
    Classify(model_, x, "InceptionV1/Logits/Conv2d_0c_1x1", 4.0F);
  }

 private:
  Tensor Stem() {
    Tensor x = net_.Conv(ImageInput(model_, 224), {"Conv2d_1a_7x7", 64, Square(7, 2)});
    x = model_.MaxPool(x, Square(3, 2));
    x = net_.Chain(x, {{"Conv2d_2b_1x1", 64}, {"Conv2d_2c_3x3", 192, Square(3)}});
    return model_.MaxPool(x, Square(3, 2));
  }

  Tensor AddBlocks(Tensor x, std::span<const Block> blocks) {
    for (const Block& block : blocks) x = AddBlock(x, block);
    return x;
  }

  Tensor AddBlock(const Tensor& in, const Block& block) {
    const InceptionScope at = net_.Within(block.name);
    const std::array parts = {
        at.Branch(0).Conv(in, {"Conv2d_0a_1x1", block.alone}),
        at.Branch(1).Chain(
            in, {{"Conv2d_0a_1x1", block.once[0]}, {"Conv2d_0b_3x3", block.once[1], Square(3)}}),
        at.Branch(2).Chain(
            in, {{"Conv2d_0a_1x1", block.again[0]}, {block.last, block.again[1], Square(3)}}),
        at.Branch(3).Conv(model_.MaxPool(in, Square(3)), {"Conv2d_0b_1x1", block.pooled})};
    return model_.Concat(parts);
  }

  ModelBuilder& model_;
  InceptionScope net_{model_, "InceptionV1"};
};

}  // namespace

void InceptionV1(ModelBuilder& model) { InceptionV1Writer(model).Write(); }

}  // namespace batchsizer::flow
