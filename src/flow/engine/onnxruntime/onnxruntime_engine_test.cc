#include "flow/engine/onnxruntime/onnxruntime_engine.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <numeric>

#include "flow/model/test_models.h"

namespace batchsizer::flow {
namespace {

using ::testing::AllOf;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

using Created = Result<std::unique_ptr<Engine>>;

Created Create(const ModelBuilder& model, OnnxEngineOptions options = {}) {
  const std::string bytes = model.Serialise();
  options.model_bytes = std::as_bytes(std::span(bytes));
  options.model_name = "test model";
  return CreateOnnxRuntimeEngine(options);
}

// Image number i: waves whose direction and length depend on i, in [0, 1].
float Pixel(int i, int channel, int y, int x) {
  const auto k = static_cast<float>(i + 1);
  const float wave = std::sin(0.13F * k * static_cast<float>(x) + static_cast<float>(channel)) *
                     std::cos(0.07F * k * static_cast<float>(y) + k);
  return 0.5F + 0.5F * wave;
}

// Calls store(value) for every element of the images first..first+count.
template <typename Store>
void ForEachElement(const InputSpec& spec, int first, int count, Store store) {
  for (int i = first; i < first + count; ++i) {
    const bool nchw = spec.layout == ImageLayout::kNchw;
    for (std::size_t e = 0; e < spec.ElementsPerRow(); ++e) {
      const int at = static_cast<int>(e);
      const int plane = spec.height * spec.width;
      const int channel = nchw ? at / plane : at % spec.channels;
      const int pixel = nchw ? at % plane : at / spec.channels;
      store(Pixel(i, channel, pixel / spec.width, pixel % spec.width));
    }
  }
}

std::vector<float> Images(const InputSpec& spec, int first, int count) {
  std::vector<float> images;
  ForEachElement(spec, first, count, [&](float value) { images.push_back(value); });
  return images;
}

// Scores of images first..first+count, image by image.
std::vector<float> Scores(Engine& engine, const void* data, int count) {
  const auto out = engine.Run({.data = data, .size = BatchSize(count)});
  EXPECT_TRUE(out) << out.error().message;
  if (!out) return {};
  EXPECT_EQ(out->scores.size(), static_cast<std::size_t>(count * out->classes));
  return {out->scores.begin(), out->scores.end()};
}

std::vector<float> FloatScores(Engine& engine, int first, int count) {
  return Scores(engine, Images(engine.Info().input, first, count).data(), count);
}

// What the network says of images 0..count-1, by the plainest way in.
std::vector<float> Expected(int count) {
  auto engine = Create(Build(TinyNet{}));
  return FloatScores(**engine, 0, count);
}

TEST(OnnxRuntimeEngine, DescribesTheModel) {
  auto engine = Create(Build(TinyNet{}));
  ASSERT_TRUE(engine) << engine.error().message;
  const EngineInfo& info = (*engine)->Info();
  EXPECT_EQ(info.device, "cpu");
  EXPECT_EQ(info.model, "test model");
  EXPECT_EQ(info.classes, kTinyClasses);
  EXPECT_EQ(info.input.name, "images");
  EXPECT_EQ(info.input.height, kTinySide);
  EXPECT_FALSE(info.fixed_batch_size);
}

TEST(OnnxRuntimeEngine, ScoresDoNotDependOnTheBatchSize) {
  auto engine = Create(Build(TinyNet{}), {.threads = 2});
  ASSERT_TRUE(engine) << engine.error().message;
  ASSERT_TRUE((*engine)->Prepare(BatchSize(32)));
  const auto all = FloatScores(**engine, 0, 32);
  for (const int size : {1, 7, 32, 7, 1}) {
    for (int first = 0; first + size <= 32; first += size) {
      const auto scores = FloatScores(**engine, first, size);
      const auto begin = all.begin() + std::ptrdiff_t{first} * kTinyClasses;
      const std::vector<float> same(begin, begin + std::ptrdiff_t{size} * kTinyClasses);
      EXPECT_THAT(scores, Pointwise(FloatNear(1e-4F), same)) << size;
    }
  }
}

TEST(OnnxRuntimeEngine, LargerThanPreparedStillRuns) {
  auto engine = Create(Build(TinyNet{}), {.warm_up = false});
  ASSERT_TRUE(engine);
  ASSERT_TRUE((*engine)->Prepare(BatchSize(2)));
  const auto small = FloatScores(**engine, 0, 2);
  const auto large = FloatScores(**engine, 0, 9);
  EXPECT_THAT(std::vector<float>(large.begin(), large.begin() + 20),
              Pointwise(FloatNear(1e-4F), small));
  EXPECT_THAT(FloatScores(**engine, 0, 2), Pointwise(FloatNear(1e-4F), small));
}

TEST(OnnxRuntimeEngine, ReadsNhwc) {
  auto engine = Create(Build({.layout = ImageLayout::kNhwc}));
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ((*engine)->Info().input.layout, ImageLayout::kNhwc);
  EXPECT_THAT(FloatScores(**engine, 0, 3), Pointwise(FloatNear(1e-4F), Expected(3)));
}

// Numbers in [0, 1] to half precision, exact enough for a test.
std::uint16_t ToHalf(float value) {
  if (value < 0x1p-14F) return static_cast<std::uint16_t>(value * 0x1p24F);
  int exponent = 0;
  const float fraction = std::frexp(value, &exponent);  // [0.5, 1)
  const auto bits = static_cast<std::uint16_t>((fraction * 2 - 1) * 1024);
  return static_cast<std::uint16_t>(((exponent + 14) << 10) + bits);
}

TEST(OnnxRuntimeEngine, ReadsFloat16AndWidensFloat16Scores) {
  auto engine = Create(Build({.input = ElementType::kFloat16, .output = ElementType::kFloat16}));
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ((*engine)->Info().input.type, ElementType::kFloat16);
  std::vector<std::uint16_t> images;
  ForEachElement((*engine)->Info().input, 0, 3,
                 [&](float value) { images.push_back(ToHalf(value)); });
  EXPECT_THAT(Scores(**engine, images.data(), 3), Pointwise(FloatNear(5e-3F), Expected(3)));
}

TEST(OnnxRuntimeEngine, ReadsUint8) {
  auto engine = Create(Build({.input = ElementType::kUint8}));
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ((*engine)->Info().input.type, ElementType::kUint8);
  std::vector<std::uint8_t> images;
  ForEachElement((*engine)->Info().input, 0, 3, [&](float value) {
    images.push_back(static_cast<std::uint8_t>(std::lround(value * 255.0F)));
  });
  EXPECT_THAT(Scores(**engine, images.data(), 3), Pointwise(FloatNear(1e-2F), Expected(3)));
}

TEST(OnnxRuntimeEngine, OpenImageSizeIsTheCallers) {
  for (const int size : {16, 40}) {
    auto engine = Create(Build({.side = -1}), {.image_size = size});
    ASSERT_TRUE(engine) << engine.error().message;
    EXPECT_EQ((*engine)->Info().input.width, size);
    const auto scores = FloatScores(**engine, 0, 2);
    EXPECT_NEAR(std::accumulate(scores.begin(), scores.end(), 0.0F), 2.0F, 1e-4F);
  }
}

TEST(OnnxRuntimeEngine, FixedBatchAxisTakesThatSizeAndPadsTheLastBatch) {
  auto engine = Create(Build({.batch = 4}));
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ((*engine)->Info().fixed_batch_size, BatchSize(4));
  ASSERT_TRUE((*engine)->Prepare(BatchSize(4)));
  EXPECT_THAT(FloatScores(**engine, 0, 4), Pointwise(FloatNear(1e-4F), Expected(4)));
  EXPECT_THAT(FloatScores(**engine, 0, 3), Pointwise(FloatNear(1e-4F), Expected(3)));
  const std::vector<float> images = Images((*engine)->Info().input, 0, 5);
  const auto refused = (*engine)->Run({.data = images.data(), .size = BatchSize(5)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("fixes"), HasSubstr("4")));
}

TEST(OnnxRuntimeEngine, PooledScoresAreRead) {
  auto engine = Create(Build({.pooled_output = true}));
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ((*engine)->Info().classes, kTinyClasses);
  EXPECT_EQ(FloatScores(**engine, 0, 5).size(), 50U);
}

TEST(OnnxRuntimeEngine, TheFirstOutputThatScoresClassesIsTaken) {
  ModelBuilder model("two heads", 7);
  const Tensor x = TinyInput(model, {});
  model.Output(model.Relu(x), "features");
  model.Output(model.Softmax(model.Gemm(model.Flatten(x), 5)), "scores");
  auto engine = Create(model);
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ((*engine)->Info().classes, 5);
}

TEST(OnnxRuntimeEngine, ModelWithoutScoresIsRefused) {
  ModelBuilder model("features", 7);
  model.Output(model.Relu(TinyInput(model, {})), "features");
  const auto engine = Create(model);
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(engine.error().message,
              AllOf(HasSubstr("'features' float32 [1,3,16,16]"), HasSubstr("supported is")));
}

TEST(OnnxRuntimeEngine, SecondRequiredInputIsRefused) {
  ModelBuilder model("two inputs", 7);
  const Tensor x = TinyInput(model, {});
  const Tensor mask = model.Input("mask", {-1, 3, kTinySide, kTinySide});
  model.Output(model.Flatten(model.Multiply(x, mask)), "scores");
  const auto engine = Create(model);
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(engine.error().message, AllOf(HasSubstr("'mask'"), HasSubstr("one image input")));
}

TEST(OnnxRuntimeEngine, SecondInputWithDefaultIsLeftAtIt) {
  ModelBuilder model("default", 7);
  const Tensor x = TinyInput(model, {});
  model.Output(model.Flatten(model.Multiply(x, model.InputWithDefault("scale", 2.0F))), "scores");
  auto engine = Create(model);
  ASSERT_TRUE(engine) << engine.error().message;
  auto doubled = Images((*engine)->Info().input, 0, 1);
  const auto scores = FloatScores(**engine, 0, 1);
  for (float& value : doubled) value *= 2;
  EXPECT_THAT(scores, Pointwise(FloatNear(1e-6F), doubled));
}

TEST(OnnxRuntimeEngine, OutOfMemoryIsSaidAndASmallerBatchStillRuns) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's operator new ends the program where the real one throws";
#endif
  ModelBuilder model("huge", 7);
  const Tensor large = model.Upsample(model.Input("images", {-1, 1, 1, 1}), 4096);  // 64 MiB
  model.Output(model.Flatten(model.GlobalAveragePool(large)), "scores");
  auto engine = Create(model);
  ASSERT_TRUE(engine) << engine.error().message;
  constexpr int kTooMany = 1 << 22;  // 256 TiB: more than there are addresses
  const std::vector<float> images(kTooMany, 1.0F);
  const auto out = (*engine)->Run({.data = images.data(), .size = BatchSize(kTooMany)});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, ErrorCode::kOutOfMemory) << out.error().message;
  EXPECT_EQ(Scores(**engine, images.data(), 2), std::vector<float>({1.0F, 1.0F}));
}

// Such a batch would take 256 TiB. Whether it fits, and what power it draws, is
// found when it is asked for.
TEST(OnnxRuntimeEngine, PreparingRunsNoLargeBatch) {
  ModelBuilder model("huge", 7);
  const Tensor large = model.Upsample(model.Input("images", {-1, 1, 1, 1}), 4096);
  model.Output(model.Flatten(model.GlobalAveragePool(large)), "scores");
  auto engine = Create(model);
  ASSERT_TRUE(engine) << engine.error().message;
  const auto prepared = (*engine)->Prepare(BatchSize(1 << 22));
  EXPECT_TRUE(prepared) << prepared.error().message;
}

TEST(OnnxRuntimeEngine, BadModelsAreRefused) {
  const auto missing = CreateOnnxRuntimeEngine({.model_path = "/none/model.onnx"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound) << missing.error().message;
  const auto folder = CreateOnnxRuntimeEngine({.model_path = ::testing::TempDir()});
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::kInvalidInput) << folder.error().message;
  const auto device = CreateOnnxRuntimeEngine({.model_path = "/dev/zero"});
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().code, ErrorCode::kInvalidInput) << device.error().message;
  const std::string words = "not a model at all";
  const auto text =
      CreateOnnxRuntimeEngine({.model_bytes = std::as_bytes(std::span(words)), .model_name = "t"});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kInvalidInput) << text.error().message;
}

TEST(OnnxRuntimeEngine, BadOptionsAreRefused) {
  EXPECT_EQ(Create(Build({}), {.device = "gpu"}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(Create(Build({}), {.device = "cuda:x"}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(Create(Build({}), {.threads = -1}).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(Create(Build({}), {.image_size = 8}).error().code, ErrorCode::kInvalidInput);
}

TEST(OnnxRuntimeEngine, MissingCudaSaysWhatToInstall) {
  const auto engine = Create(Build({}), {.device = "cuda:0"});
  if (engine) GTEST_SKIP() << "this ONNX Runtime has CUDA and a device";
  EXPECT_EQ(engine.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(engine.error().message, HasSubstr("cuda:0"));
}

TEST(OnnxRuntimeEngine, EmptyBatchIsRefused) {
  auto engine = Create(Build({}));
  ASSERT_TRUE(engine);
  const float image = 0;
  EXPECT_FALSE((*engine)->Run({.data = nullptr, .size = BatchSize(1)}));
  EXPECT_FALSE((*engine)->Run({.data = &image, .size = BatchSize(0)}));
}

}  // namespace
}  // namespace batchsizer::flow
