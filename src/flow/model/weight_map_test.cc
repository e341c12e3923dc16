#include "flow/model/weight_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace batchsizer::flow {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Refusal(std::string_view text) {
  const auto map = ParseWeightMap(text, "map.toml");
  if (map) return "it was taken";
  EXPECT_EQ(map.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(map.error().message, StartsWith("map.toml:"));
  return map.error().message;
}

TEST(WeightMap, TellsEverythingThatItSays) {
  const auto map = ParseWeightMap(R"(
epsilon = 0.001
[weights]
"conv/weights" = { from = "c.weight", layout = "hwio", batch_norm = "bn" }
"conv2/weights" = { from = "d", batch_norm = { gamma = "g", beta = "b", mean = "m", variance = "v", epsilon = 1e-5 } }
"fc/biases" = "fc.bias"
"pads" = { keep = true }
"conv2/biases" = { fill = -0.5 }
)",
                                  "map.toml");
  ASSERT_TRUE(map) << map.error().message;
  EXPECT_EQ(map->file, "map.toml");
  EXPECT_EQ(map->epsilon, 0.001);
  ASSERT_EQ(map->weights.size(), 5);
  const WeightSource& conv = map->weights.at("conv/weights");
  EXPECT_EQ(conv.from, "c.weight");
  EXPECT_EQ(conv.layout, WeightLayout::kHwio);
  EXPECT_EQ(conv.batch_norm->scope, "bn");
  const BatchNormSource& norm = *map->weights.at("conv2/weights").batch_norm;
  EXPECT_EQ(norm.gamma + norm.beta + norm.mean + norm.variance, "gbmv");
  EXPECT_EQ(norm.epsilon, 1e-5);
  EXPECT_EQ(map->weights.at("fc/biases").from, "fc.bias");
  EXPECT_EQ(map->weights.at("fc/biases").layout, WeightLayout::kAuto);
  EXPECT_TRUE(map->weights.at("pads").keep);
  EXPECT_EQ(map->weights.at("conv2/biases").fill, -0.5F);
}

TEST(WeightMap, TakesAWholeNumberAsEpsilonAndFill) {
  const auto map = ParseWeightMap("epsilon = 0\n[weights]\na = { fill = 1 }\n", "map.toml");
  ASSERT_TRUE(map) << map.error().message;
  EXPECT_EQ(map->epsilon, 0);
  EXPECT_EQ(map->weights.at("a").fill, 1.0F);
}

TEST(WeightMap, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(Refusal("epsilon = \n"), HasSubstr("map.toml:1: not TOML"));
  EXPECT_THAT(Refusal(""), HasSubstr("no table [weights]"));
  EXPECT_THAT(Refusal("weights = 3"), HasSubstr("no table [weights]"));
  EXPECT_THAT(Refusal("epsilom = 1\n[weights]"), HasSubstr("knows no 'epsilom'"));
  EXPECT_THAT(Refusal("epsilon = -1\n[weights]"), HasSubstr("map.toml:1: epsilon must be 0 or"));
  EXPECT_THAT(Refusal("epsilon = \"1\"\n[weights]"), HasSubstr("epsilon must be"));
  EXPECT_THAT(Refusal("[weights]\na = 3"), HasSubstr("map.toml:2: 'a' must be a tensor's name"));
  EXPECT_THAT(Refusal("[weights]\na = \"\""), HasSubstr("'a' must be a tensor's name"));
  EXPECT_THAT(Refusal("[weights]\na = { form = \"b\" }"), HasSubstr("'a' knows no 'form'"));
  EXPECT_THAT(Refusal("[weights]\na = { layout = \"io\" }"), HasSubstr("needs one of from"));
  EXPECT_THAT(Refusal("[weights]\na = { from = \"b\", keep = true }"), HasSubstr("needs one of"));
  EXPECT_THAT(Refusal("[weights]\na = { from = \"b\", fill = 1 }"), HasSubstr("needs one of"));
  EXPECT_THAT(Refusal("[weights]\na = { fill = nan }"), HasSubstr("needs one of"));
  EXPECT_THAT(Refusal("[weights]\na = { fill = 1e300 }"), HasSubstr("needs one of"));
  EXPECT_THAT(Refusal("[weights]\na = { from = \"b\", layout = \"nchw\" }"),
              HasSubstr("'nchw' is no layout; there are auto, same, oihw"));
  EXPECT_THAT(Refusal("[weights]\na = { from = \"b\", batch_norm = 1 }"),
              HasSubstr("the batch_norm of 'a' must be"));
  EXPECT_THAT(Refusal("[weights]\na = { from = \"b\", batch_norm = { mean = \"m\" } }"),
              HasSubstr("needs mean and variance"));
  EXPECT_THAT(Refusal("[weights]\na = \"b\"\na = \"c\""), HasSubstr("map.toml:3: not TOML"));
}

}  // namespace
}  // namespace batchsizer::flow
