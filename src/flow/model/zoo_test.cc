#include "flow/model/zoo.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <onnx/checker.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <numeric>
#include <sstream>

#include "base/text.h"
#include "flow/model/builder.h"
#include "flow/model/published.h"
#include "flow/model/summarise.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

std::string TestName(const ::testing::TestParamInfo<std::string_view>& info) {
  std::string name(info.param);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// The file of one network, while a test looks at it.
class ZooFile : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    path_ = fmt::format("{}zoo_file_{}.onnx", ::testing::TempDir(), GetParam());
    const Status built = BuildZooModel(GetParam(), path_);
    ASSERT_TRUE(built) << built.error().message;
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::string path_;
};

TEST_P(ZooFile, IsWhatItsShapesSayAndPassesTheChecker) {
  const auto file = SummariseFile(path_);
  const auto shapes = SummariseZooModel(GetParam());
  ASSERT_TRUE(file && shapes);
  EXPECT_EQ(shapes->path, fmt::format("zoo:{}", GetParam()));
  EXPECT_EQ(shapes->file_bytes, file->file_bytes);
  EXPECT_EQ(shapes->file_bytes, static_cast<std::int64_t>(std::filesystem::file_size(path_)));
  EXPECT_EQ(shapes->zoo_name, GetParam());
  EXPECT_EQ(shapes->zoo_name, file->zoo_name);
  EXPECT_EQ(shapes->description, file->description);
  EXPECT_THAT(shapes->description, HasSubstr("predictions mean nothing"));
  EXPECT_TRUE(shapes->generated_weights && file->generated_weights);
  EXPECT_EQ(shapes->parameters, file->parameters);
  EXPECT_EQ(shapes->weight_bytes, file->weight_bytes);
  EXPECT_EQ(shapes->activation_bytes, file->activation_bytes);
  EXPECT_EQ(shapes->macs, file->macs);
  EXPECT_EQ(shapes->layers, file->layers);
  EXPECT_EQ(shapes->unknown_layers, 0);
  EXPECT_EQ(shapes->classes, 1001);
  EXPECT_FALSE(shapes->fixed_batch_size);
  EXPECT_NO_THROW(onnx::checker::check_model(path_));
}

INSTANTIATE_TEST_SUITE_P(Every, ZooFile, ::testing::ValuesIn(ZooNames()), TestName);

class ZooShapes : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    auto summary = SummariseZooModel(GetParam());
    ASSERT_TRUE(summary) << summary.error().message;
    summary_ = *std::move(summary);
    published_ = FindPublished(GetParam());
    ASSERT_NE(published_, nullptr);
  }

  ModelSummary summary_;
  const PublishedNetwork* published_ = nullptr;
};

TEST_P(ZooShapes, ParametersAreWithin1PercentOfThePublished) {
  const double published = published_->parameters_m * 1e6;
  EXPECT_NEAR(static_cast<double>(summary_.parameters), published, 0.01 * published);
}

TEST_P(ZooShapes, MacsAreWithin2PercentOfThePublished) {
  const double published = published_->gmacs * 1e9;
  EXPECT_NEAR(static_cast<double>(summary_.macs), published, 0.02 * published);
}

TEST_P(ZooShapes, FileIsWithin5PercentOfTable1sFrozenGraph) {
  const double published = published_->frozen_graph_mb * 1e6;
  EXPECT_NEAR(static_cast<double>(summary_.file_bytes), published, 0.05 * published);
}

TEST_P(ZooShapes, Table1sComplexityIsTwiceTheParameters) {
  const double counted = published_->parameters_with_head_m > 0
                             ? published_->parameters_with_head_m
                             : static_cast<double>(summary_.parameters) / 1e6;
  EXPECT_THAT(published_->complexity / counted, AllOf(Ge(1.98), Le(2.02)));
  EXPECT_GT(static_cast<double>(summary_.macs) / 1e6, 40 * published_->complexity);
}

INSTANTIATE_TEST_SUITE_P(Every, ZooShapes, ::testing::ValuesIn(ZooNames()), TestName);

TEST(Zoo, HasTable1sNetworksInItsOrder) {
  const auto published = PublishedNetworks();
  ASSERT_EQ(published.size(), ZooNames().size());
  for (std::size_t i = 0; i < published.size(); ++i) EXPECT_EQ(published[i].name, ZooNames()[i]);
  EXPECT_EQ(FindPublished("mobilenet-v9"), nullptr);
}

TEST(Zoo, InceptionV3TakesLargerImages) {
  for (const std::string_view name : ZooNames()) {
    EXPECT_EQ(SummariseZooModel(name)->input.height, name == "inception-v3" ? 299 : 224) << name;
  }
}

TEST(Zoo, SeedChangesTheWeights) {
  const std::string a = ::testing::TempDir() + "zoo_seed_1.onnx";
  const std::string b = ::testing::TempDir() + "zoo_seed_2.onnx";
  ASSERT_TRUE(BuildZooModel("mobilenet-v1", a, 1));
  ASSERT_TRUE(BuildZooModel("mobilenet-v1", b, 2));
  EXPECT_NE(base::ReadFile(a).value(), base::ReadFile(b).value());
  std::filesystem::remove(a);
  std::filesystem::remove(b);
}

TEST(Zoo, UnknownNameNamesTheNearest) {
  const Status built = BuildZooModel("mobilnet-v1", "x.onnx");
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(built.error().message, HasSubstr("did you mean 'mobilenet-v1'?"));
  EXPECT_EQ(SummariseZooModel("mobilnet-v1").error().message, built.error().message);
}

TEST(Zoo, AnImageSizeThatDoesNotFitIsRefused) {
  const auto summary = SummariseZooModel("mobilenet-v1", {.image_size = 128});
  ASSERT_FALSE(summary);
  EXPECT_THAT(summary.error().message, AllOf(HasSubstr("zoo:mobilenet-v1"), HasSubstr("224")));
}

TEST(Zoo, MissingFolderIsNotFound) {
  const Status built = BuildZooModel("mobilenet-v1", "no/such/folder/m.onnx");
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::kNotFound);
}

// --- names, by which real weights are put in

using Weights = std::map<std::string, std::vector<std::int64_t>>;  // name -> shape

onnx::ModelProto Shapes(std::string_view name) {
  return MakeZooNetwork(name, 1, WeightData::kNone).value().proto();
}

Weights WeightsOf(const onnx::ModelProto& model) {
  Weights weights;
  for (const auto& tensor : model.graph().initializer()) {
    weights[tensor.name()] = {tensor.dims().begin(), tensor.dims().end()};
  }
  EXPECT_EQ(static_cast<int>(weights.size()), model.graph().initializer_size());
  return weights;
}

std::string Metadata(const onnx::ModelProto& model, std::string_view key) {
  for (const auto& entry : model.metadata_props()) {
    if (entry.key() == key) return entry.value();
  }
  return "";
}

struct NamedWeight {
  std::string_view network;
  std::string name;
  std::vector<std::int64_t> shape;
};

TEST(Zoo, WeightsHaveTheNamesOfTfSlimsVariables) {
  const std::vector<NamedWeight> expected = {
      {"inception-v1", "InceptionV1/Mixed_5b/Branch_2/Conv2d_0a_3x3/weights", {128, 32, 3, 3}},
      {"inception-v1", "InceptionV1/Logits/Conv2d_0c_1x1/biases", {1001}},
      {"inception-v2", "InceptionV2/Conv2d_1a_7x7/depthwise_weights", {24, 1, 7, 7}},
      {"inception-v2", "InceptionV2/Conv2d_1a_7x7/pointwise_weights", {64, 24, 1, 1}},
      {"inception-v3", "InceptionV3/Mixed_5c/Branch_1/Conv_1_0c_5x5/weights", {64, 48, 5, 5}},
      {"inception-v3", "InceptionV3/Mixed_7c/Branch_2/Conv2d_0d_3x1/weights", {384, 384, 3, 1}},
      {"mobilenet-v1", "MobilenetV1/Conv2d_1_depthwise/depthwise_weights", {32, 1, 3, 3}},
      {"mobilenet-v1", "MobilenetV1/Logits/Conv2d_1c_1x1/weights", {1001, 1024}},
      {"mobilenet-v2", "MobilenetV2/expanded_conv_16/project/weights", {320, 960, 1, 1}},
      {"nasnet-mobile", "cell_0/comb_iter_0/left/separable_5x5_1/depthwise_weights", {44, 1, 5, 5}},
      {"nasnet-mobile", "reduction_cell_1/prev_1x1/weights", {176, 528, 1, 1}},
      {"nasnet-mobile", "cell_4/final_path_bn/moving_variance", {88}},
      {"pnasnet-mobile", "cell_stem_0/comb_iter_4/right/1x1/weights", {13, 13, 1, 1}},
      {"pnasnet-mobile", "cell_stem_1/path2_conv/weights", {14, 32, 1, 1}},
      {"pnasnet-mobile", "final_layer/FC/weights", {1001, 1080}},
      {"resnet-v2-50", "resnet_v2_50/block1/unit_1/bottleneck_v2/preact/gamma", {64}},
      {"resnet-v2-101",
       "resnet_v2_101/block3/unit_23/bottleneck_v2/conv2/weights",
       {256, 256, 3, 3}},
      {"resnet-v2-152", "resnet_v2_152/postnorm/moving_mean", {2048}}};
  for (const auto& [network, name, shape] : expected) {
    const Weights weights = WeightsOf(Shapes(network));
    const auto at = weights.find(name);
    ASSERT_NE(at, weights.end()) << network << " has no " << name;
    EXPECT_EQ(at->second, shape) << name;
  }
}

struct WeightCount {
  std::string_view network;
  std::int64_t weights;  // of convolutions, without the last layer, biases and batch norms
};

// TF-slim's own tests count the Inceptions' variables without the last layer, three for
// each channel of a batch norm; Keras prints those of its 1000-class MobileNetV2 and
// NASNetMobile that can be trained, two for each channel.
TEST(Zoo, WeightsAreAsManyAsInTfSlimAndKeras) {
  constexpr std::array<WeightCount, 5> kCounts = {
      {{"inception-v1", 5'607'184 - 3 * 7'280},
       {"inception-v2", 10'173'112 - 3 * 9'888 - 64},  // a bias in its first convolution
       {"inception-v3", 21'802'784 - 3 * 17'216},
       {"mobilenet-v2", 3'504'872 - 2 * 17'056 - 1281 * 1000},
       {"nasnet-mobile", 5'289'978 - 2 * 18'369 - 1057 * 1000}}};
  for (const auto& [network, expected] : kCounts) {
    std::int64_t count = 0;
    for (const auto& [name, shape] : WeightsOf(Shapes(network))) {
      if (!name.ends_with("weights") || shape[0] == 1001) continue;
      count += std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    }
    EXPECT_EQ(count, expected) << network;
  }
}

// Every line names weights that are there, and a batch norm once only.
TEST_P(ZooShapes, FoldedBatchNormsAreNamed) {
  const onnx::ModelProto model = Shapes(GetParam());
  const Weights weights = WeightsOf(model);
  std::istringstream lines(Metadata(model, kFoldedBatchNormsKey));
  std::map<std::string, std::string> folded;
  std::string of;
  std::string batch_norm;
  while (lines >> of >> batch_norm) {
    EXPECT_TRUE(weights.contains(of)) << of;
    EXPECT_TRUE(weights.contains(of.substr(0, of.rfind('/')) + "/biases")) << of;
    EXPECT_TRUE(folded.emplace(batch_norm, of).second) << batch_norm;
  }
  EXPECT_GT(folded.size(), 25U);
  EXPECT_EQ(Metadata(model, kZooKey), GetParam());
  EXPECT_EQ(base::ParseNumber(Metadata(model, kBatchNormEpsilonKey)),
            GetParam().starts_with("resnet") ? 1e-5 : 1e-3);
}

}  // namespace
}  // namespace batchsizer::flow
