#include "flow/model/summarise.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "flow/model/test_models.h"
#include "flow/model/zoo.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

using ::testing::HasSubstr;

Result<ModelSummary> Summarise(const ModelBuilder& model, const SummaryOptions& options = {}) {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const std::string path = ::testing::TempDir() + "summarise_" + test->name() + ".onnx";
  const Status saved = model.Save(path);
  EXPECT_TRUE(saved) << saved.error().message;
  auto summary = SummariseFile(path, options);
  std::filesystem::remove(path);
  return summary;
}

TEST(Summarise, MobileNetV1HasThePublishedCosts) {
  const auto summary = Summarise(MakeZooNetwork("mobilenet-v1", 1).value());
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_NEAR(static_cast<double>(summary->parameters), 4.24e6, 0.01 * 4.24e6);
  EXPECT_NEAR(static_cast<double>(summary->macs), 0.569e9, 0.02 * 0.569e9);
  EXPECT_EQ(summary->weight_bytes, 4 * summary->parameters);
  EXPECT_EQ(summary->unknown_layers, 0);
  EXPECT_EQ(summary->classes, 1001);
  EXPECT_EQ(summary->input.name, "input");
  EXPECT_EQ(summary->input.height, 224);
  EXPECT_FALSE(summary->fixed_batch_size);
  EXPECT_TRUE(summary->generated_weights);
  EXPECT_GT(summary->file_bytes, summary->weight_bytes);
}

// Layer by layer, worked out by hand: 16 x 16 images, three channels.
TEST(Summarise, CountsEachLayer) {
  const auto summary = Summarise(Build(TinyNet{}));
  ASSERT_TRUE(summary) << summary.error().message;
  const LayerCost& conv = summary->layers.front();
  EXPECT_EQ(conv.op, "Conv");
  EXPECT_EQ(conv.macs, 8 * 8 * 8 * 27);
  EXPECT_EQ(conv.weight_bytes, 4 * (8 * 27 + 8));
  EXPECT_EQ(conv.input_bytes, 4 * 3 * 16 * 16);
  EXPECT_EQ(conv.output_bytes, 4 * 8 * 8 * 8);
  const auto depthwise = std::find_if(summary->layers.begin() + 1, summary->layers.end(),
                                      [](const LayerCost& layer) { return layer.op == "Conv"; });
  EXPECT_EQ(depthwise->macs, 8 * 8 * 8 * 9);
  const auto gemm = std::find_if(summary->layers.begin(), summary->layers.end(),
                                 [](const LayerCost& layer) { return layer.op == "Gemm"; });
  EXPECT_EQ(gemm->macs, 16 * 10);
  EXPECT_EQ(gemm->output_bytes, 40);
  EXPECT_EQ(summary->macs, 8 * 8 * 8 * (27 + 9) + 8 * 8 * 16 * 16 + 160);
  EXPECT_EQ(summary->unknown_layers, 0);
}

TEST(Summarise, SumsAreThoseOfTheLayers) {
  const auto summary = Summarise(Build(TinyNet{}));
  ASSERT_TRUE(summary);
  const auto sum = [&](std::int64_t LayerCost::*field) {
    return std::accumulate(
        summary->layers.begin(), summary->layers.end(), std::int64_t{0},
        [&](std::int64_t total, const LayerCost& layer) { return total + layer.*field; });
  };
  EXPECT_EQ(summary->macs, sum(&LayerCost::macs));
  EXPECT_EQ(summary->activation_bytes, sum(&LayerCost::output_bytes));
}

TEST(Summarise, CostsArePerImageWhateverTheFixedBatch) {
  const auto open = Summarise(Build(TinyNet{}));
  const auto fixed = Summarise(Build(TinyNet{.batch = 4}));
  ASSERT_TRUE(open && fixed);
  EXPECT_EQ(fixed->fixed_batch_size, BatchSize(4));
  EXPECT_EQ(fixed->macs, open->macs);
  EXPECT_EQ(fixed->activation_bytes, open->activation_bytes);
  EXPECT_EQ(fixed->parameters, open->parameters);
}

TEST(Summarise, ImageSizeFillsOpenSizes) {
  const TinyNet open{.side = -1};
  const auto small = Summarise(Build(open), {.image_size = 16});
  const auto large = Summarise(Build(open), {.image_size = 32});
  ASSERT_TRUE(small && large);
  EXPECT_TRUE(small->dynamic_image_size);
  EXPECT_EQ(large->input.width, 32);
  EXPECT_EQ(large->macs - 160, 4 * (small->macs - 160));
  EXPECT_EQ(small->unknown_layers, 0);
}

TEST(Summarise, NhwcCostsTheSameMacs) {
  const auto nhwc = Summarise(Build(TinyNet{.layout = ImageLayout::kNhwc}));
  ASSERT_TRUE(nhwc) << nhwc.error().message;
  EXPECT_EQ(nhwc->input.layout, ImageLayout::kNhwc);
  EXPECT_EQ(nhwc->macs, Summarise(Build(TinyNet{}))->macs);
}

TEST(Summarise, InputWithoutImageIsRefused) {
  ModelBuilder model("words", 1);
  model.Output(model.Gemm(model.Input("words", {-1, 128}), 10), "scores");
  const auto summary = Summarise(model);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(summary.error().message, HasSubstr("'words' float32 [?,128]"));
}

TEST(Summarise, AnInputWithDefaultIsNoSecondInput) {
  ModelBuilder model("scaled", 1);
  const Tensor images = model.Input("images", {-1, 3, 8, 8});
  const Tensor scaled = model.Multiply(images, model.InputWithDefault("scale", 2.0F));
  model.Output(model.Flatten(scaled), "scores");
  const auto summary = Summarise(model);
  ASSERT_TRUE(summary) << summary.error().message;
  ASSERT_EQ(summary->inputs.size(), 1U);
  EXPECT_EQ(summary->inputs[0].name, "images");
}

}  // namespace
}  // namespace batchsizer::flow
