// Szegedy et al., "Rethinking the Inception Architecture", 2015; without the auxiliary
// head, which only training uses. Odd scopes are TF-slim's.
#include <array>
#include <span>

#include "flow/model/zoo_inception.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

constexpr Window kRow7 = {.height = 1, .width = 7};
constexpr Window kColumn7 = {.height = 7, .width = 1};
constexpr Window kRow3 = {.height = 1, .width = 3};
constexpr Window kColumn3 = {.height = 3, .width = 1};
constexpr Window kHalving = Square(3, 2, Padding::kValid);

struct Block35 {
  std::string_view name;
  int pooled;  // channels behind the pooling
  std::string_view reducing = "Conv2d_0a_1x1";
  std::string_view five = "Conv2d_0b_5x5";
};
constexpr std::array<Block35, 3> kBlocks35 = {
    {{"Mixed_5b", 32}, {"Mixed_5c", 64, "Conv2d_0b_1x1", "Conv_1_0c_5x5"}, {"Mixed_5d", 64}}};

struct Block17 {
  std::string_view name;
  int width;  // channels between the long convolutions
};
constexpr std::array<Block17, 4> kBlocks17 = {
    {{"Mixed_6b", 128}, {"Mixed_6c", 160}, {"Mixed_6d", 160}, {"Mixed_6e", 192}}};

struct Block8 {
  std::string_view name;
  std::string_view column;  // scope of the first 3x1
};
constexpr std::array<Block8, 2> kBlocks8 = {
    {{"Mixed_7b", "Conv2d_0b_3x1"}, {"Mixed_7c", "Conv2d_0c_3x1"}}};

class InceptionV3Writer {
 public:
  explicit InceptionV3Writer(ModelBuilder& model) : model_(model) {}

  void Write() {
    Tensor x = Stem();
    for (const Block35& block : kBlocks35) x = AddBlock(x, block);
    x = ReduceTo17(x);
    for (const Block17& block : kBlocks17) x = AddBlock(x, block);
    x = ReduceTo8(x);
    for (const Block8& block : kBlocks8) x = AddBlock(x, block);
    Classify(model_, x, "InceptionV3/Logits/Conv2d_1c_1x1", 6.0F);
  }

 private:
  Tensor Stem() {
    Tensor x =
        net_.Chain(ImageInput(model_, 299), {{"Conv2d_1a_3x3", 32, kHalving},
                                             {"Conv2d_2a_3x3", 32, Square(3, 1, Padding::kValid)},
                                             {"Conv2d_2b_3x3", 64, Square(3)}});
    x = net_.Chain(model_.MaxPool(x, kHalving),
                   {{"Conv2d_3b_1x1", 80}, {"Conv2d_4a_3x3", 192, Square(3, 1, Padding::kValid)}});
    return model_.MaxPool(x, kHalving);
  }

  Tensor Pooled(const InceptionScope& at, const Tensor& in, int channels) {
    return at.Branch(3).Conv(model_.AveragePool(in, Square(3)), {"Conv2d_0b_1x1", channels});
  }

  Tensor AddBlock(const Tensor& in, const Block35& block) {
    const InceptionScope at = net_.Within(block.name);
    const std::array parts = {
        at.Branch(0).Conv(in, {"Conv2d_0a_1x1", 64}),
        at.Branch(1).Chain(in, {{block.reducing, 48}, {block.five, 64, Square(5)}}),
        at.Branch(2).Chain(in, {{"Conv2d_0a_1x1", 64},
                                {"Conv2d_0b_3x3", 96, Square(3)},
                                {"Conv2d_0c_3x3", 96, Square(3)}}),
        Pooled(at, in, block.pooled)};
    return model_.Concat(parts);
  }

  Tensor ReduceTo17(const Tensor& in) {
    const InceptionScope at = net_.Within("Mixed_6a");
    const std::array parts = {at.Branch(0).Conv(in, {"Conv2d_1a_1x1", 384, kHalving}),
                              at.Branch(1).Chain(in, {{"Conv2d_0a_1x1", 64},
                                                      {"Conv2d_0b_3x3", 96, Square(3)},
                                                      {"Conv2d_1a_1x1", 96, kHalving}}),
                              model_.MaxPool(in, kHalving)};
    return model_.Concat(parts);
  }

  Tensor AddBlock(const Tensor& in, const Block17& block) {
    const InceptionScope at = net_.Within(block.name);
    const int width = block.width;
    const std::array parts = {at.Branch(0).Conv(in, {"Conv2d_0a_1x1", 192}),
                              at.Branch(1).Chain(in, {{"Conv2d_0a_1x1", width},
                                                      {"Conv2d_0b_1x7", width, kRow7},
                                                      {"Conv2d_0c_7x1", 192, kColumn7}}),
                              at.Branch(2).Chain(in, {{"Conv2d_0a_1x1", width},
                                                      {"Conv2d_0b_7x1", width, kColumn7},
                                                      {"Conv2d_0c_1x7", width, kRow7},
                                                      {"Conv2d_0d_7x1", width, kColumn7},
                                                      {"Conv2d_0e_1x7", 192, kRow7}}),
                              Pooled(at, in, 192)};
    return model_.Concat(parts);
  }

  Tensor ReduceTo8(const Tensor& in) {
    const InceptionScope at = net_.Within("Mixed_7a");
    const std::array parts = {
        at.Branch(0).Chain(in, {{"Conv2d_0a_1x1", 192}, {"Conv2d_1a_3x3", 320, kHalving}}),
        at.Branch(1).Chain(in, {{"Conv2d_0a_1x1", 192},
                                {"Conv2d_0b_1x7", 192, kRow7},
                                {"Conv2d_0c_7x1", 192, kColumn7},
                                {"Conv2d_1a_3x3", 192, kHalving}}),
        model_.MaxPool(in, kHalving)};
    return model_.Concat(parts);
  }

  // Two convolutions side by side.
  Tensor Fork(const InceptionScope& at, const Tensor& in, std::string_view row,
              std::string_view column) {
    const std::array parts = {at.Conv(in, {row, 384, kRow3}), at.Conv(in, {column, 384, kColumn3})};
    return model_.Concat(parts);
  }

  Tensor AddBlock(const Tensor& in, const Block8& block) {
    const InceptionScope at = net_.Within(block.name);
    const Tensor once = at.Branch(1).Conv(in, {"Conv2d_0a_1x1", 384});
    const Tensor twice =
        at.Branch(2).Chain(in, {{"Conv2d_0a_1x1", 448}, {"Conv2d_0b_3x3", 384, Square(3)}});
    const std::array parts = {at.Branch(0).Conv(in, {"Conv2d_0a_1x1", 320}),
                              Fork(at.Branch(1), once, "Conv2d_0b_1x3", block.column),
                              Fork(at.Branch(2), twice, "Conv2d_0c_1x3", "Conv2d_0d_3x1"),
                              Pooled(at, in, 192)};
    return model_.Concat(parts);
  }

  ModelBuilder& model_;
  InceptionScope net_{model_, "InceptionV3"};
};

}  // namespace

void InceptionV3(ModelBuilder& model) { InceptionV3Writer(model).Write(); }

}  // namespace batchsizer::flow
