#include "flow/model/builder.h"

#include <gmock/gmock.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>

#include "flow/model/random_weights.h"
#include "flow/model/test_models.h"

namespace batchsizer::flow {
namespace {

using ::testing::ElementsAre;

TEST(RandomWeights, HaveTheDeviationAskedFor) {
  RandomWeights random(3);
  const auto weights = random.Normal(100000, 1.0F, 0.5F);
  double sum = 0;
  double squares = 0;
  for (const float weight : weights) {
    sum += static_cast<double>(weight);
    squares += static_cast<double>(weight) * static_cast<double>(weight);
  }
  const double mean = sum / 1e5;
  EXPECT_NEAR(mean, 1.0, 0.01);
  EXPECT_NEAR(std::sqrt(squares / 1e5 - mean * mean), 0.5, 0.01);
}

TEST(RandomWeights, PairsOfRowsAndColumnsAreMirrored) {
  RandomWeights random(3);
  const auto weights = random.MirroredFilters(4, 6, 9, 1.0F);
  const auto at = [&](std::size_t row, std::size_t column, std::size_t tap) {
    return weights[(row * 6 + column) * 9 + tap];
  };
  for (std::size_t tap = 0; tap < 9; ++tap) {
    EXPECT_NE(at(2, 4, tap), 0.0F);
    EXPECT_EQ(at(3, 4, tap), -at(2, 4, tap));
    EXPECT_EQ(at(2, 5, tap), -at(2, 4, tap));
    EXPECT_EQ(at(3, 5, tap), at(2, 4, tap));
    EXPECT_NE(at(2, 4, tap), at(0, 4, tap));
  }
}

TEST(RandomWeights, ImageChannelsAreNotMirrored) {
  RandomWeights random(3);
  const auto weights = random.MirroredFilters(2, 3, 1, 1.0F);
  EXPECT_NE(weights[1], -weights[0]);
  EXPECT_EQ(weights[3], -weights[0]);
}

TEST(RandomWeights, OnlyTheLastOfAnOddNumberIsNotMirrored) {
  RandomWeights random(3);
  const auto weights = random.MirroredFilters(3, 5, 1, 1.0F);
  EXPECT_EQ(weights[3], -weights[2]);
  EXPECT_NE(weights[4], -weights[3]);
  EXPECT_EQ(weights[5 + 4], -weights[4]);
  EXPECT_NE(weights[10], -weights[5]);
}

TEST(RandomWeights, PairsOfChannelsShareADepthwiseFilter) {
  RandomWeights random(3);
  const auto weights = random.SharedFilters(4, 9, 1.0F);
  EXPECT_TRUE(std::equal(weights.begin(), weights.begin() + 9, weights.begin() + 9));
  EXPECT_FALSE(std::equal(weights.begin(), weights.begin() + 9, weights.begin() + 18));
}

TEST(ModelBuilder, TracksShapes) {
  ModelBuilder model("shapes", 1);
  const Tensor x = model.Input("x", {-1, 3, 225, 224});
  EXPECT_THAT(model.Conv(x, 8, {.height = 3, .width = 3, .stride = 2}).dims,
              ElementsAre(-1, 8, 113, 112));
  EXPECT_THAT(
      model.MaxPool(x, {.height = 3, .width = 3, .stride = 2, .padding = Padding::kValid}).dims,
      ElementsAre(-1, 3, 112, 111));
  EXPECT_THAT(model.AveragePool(x, {.height = 2, .width = 2, .stride = 2}).dims,
              ElementsAre(-1, 3, 113, 112));
  EXPECT_THAT(
      model.Conv(x, 8, {.height = 7, .width = 7, .stride = 2, .padding = Padding::kCentred}).dims,
      ElementsAre(-1, 8, 113, 112));
  EXPECT_THAT(model.MaxPool(x, {.stride = 2}).dims, ElementsAre(-1, 3, 113, 112));
  EXPECT_THAT(model.Pad(x, {.top = -1, .left = -1, .bottom = 1, .right = 2}).dims,
              ElementsAre(-1, 3, 225, 225));
  const std::array parts = {x, x};
  EXPECT_THAT(model.Concat(parts).dims, ElementsAre(-1, 6, 225, 224));
  EXPECT_THAT(model.Transpose(x, std::array{0, 2, 3, 1}).dims, ElementsAre(-1, 225, 224, 3));
  EXPECT_THAT(model.Upsample(x, 2).dims, ElementsAre(-1, 3, 450, 448));
  EXPECT_THAT(model.BatchNorm(x).dims, ElementsAre(-1, 3, 225, 224));
}

TEST(ModelBuilder, NamesLayersAndWeightsAfterTheirScope) {
  ModelBuilder model("names", 1, WeightData::kNone);
  const Tensor x = model.Conv(model.Input("x", {-1, 3, 8, 8}), 8, {},
                              {.scope = "net/conv", .batch_norm = "net/norm"});
  model.Conv(
      x, 8, {},
      {.scope = "net/conv", .name = "net/conv/more", .weights = "more_weights", .bias = false});
  const auto& graph = model.proto().graph();
  EXPECT_EQ(graph.node(0).name(), "net/conv");
  EXPECT_EQ(graph.node(1).name(), "net/conv/more");
  EXPECT_EQ(graph.initializer(0).name(), "net/conv/weights");
  EXPECT_EQ(graph.initializer(1).name(), "net/conv/biases");
  EXPECT_EQ(graph.initializer(2).name(), "net/conv/more_weights");
  EXPECT_EQ(graph.initializer_size(), 3);
  EXPECT_EQ(model.proto().metadata_props(1).value(), "net/conv/weights net/norm\n");
}

TEST(ModelBuilder, SameSeedSameFile) {
  EXPECT_EQ(Build(TinyNet{}).Serialise(), Build(TinyNet{}).Serialise());
}

}  // namespace
}  // namespace batchsizer::flow
