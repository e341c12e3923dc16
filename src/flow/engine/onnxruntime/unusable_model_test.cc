// Models that are refused when the engine is made, and what is said of them.
#include <gmock/gmock.h>

#include <array>
#include <span>

#include "flow/engine/onnxruntime/onnxruntime_engine.h"
#include "flow/model/builder.h"
#include "flow/model/testing/odd_models.h"

namespace batchsizer::flow {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Created = Result<std::unique_ptr<Engine>>;

Created Create(const std::string& model, std::optional<int> image_size = {}) {
  return CreateOnnxRuntimeEngine({.model_bytes = std::as_bytes(std::span(model)),
                                  .model_name = "odd model",
                                  .threads = 1,
                                  .image_size = image_size});
}

Error Refusal(const std::string& model, std::optional<int> image_size = {}) {
  const auto engine = Create(model, image_size);
  EXPECT_FALSE(engine);
  return engine ? Error{} : engine.error();
}

// One line that names the model and holds no source location of the runtime.
auto IsPlain() {
  return AllOf(HasSubstr("odd model"), HasSubstr("supported is"), Not(HasSubstr("\n")),
               Not(HasSubstr("onnxruntime_src")), Not(HasSubstr("::")), Not(HasSubstr(".h:")),
               Not(HasSubstr("failed:")));
}

TEST(UnusableModel, ABatchSizeFixedInsideTheGraphIsFoundAtTheStart) {
  for (const std::string& model : {FixesBatchInReshape(-1), AveragesOverTheBatch()}) {
    const Error error = Refusal(model);
    EXPECT_EQ(error.code, ErrorCode::kUnsupported) << error.message;
    EXPECT_THAT(error.message,
                AllOf(IsPlain(), HasSubstr("fixes its batch size inside the graph at 1"),
                      HasSubstr("for 2 images the outputs are 'scores' float32 [1,")));
  }
}

TEST(UnusableModel, AModelThatRunsOneImageOnlyIsFoundAtTheStart) {
  const Error error = Refusal(FixesBatchInReshape(3));
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, AllOf(IsPlain(), HasSubstr("inside the graph at 1"),
                                   HasSubstr("does not run 2 images: Reshape node")));
}

TEST(UnusableModel, AConstantOutputIsNotTakenForScores) {
  auto engine = Create(ConstantFirstOutput());
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ((*engine)->Info().classes, 3);
  const std::vector<float> images(std::size_t{5} * 3 * kOddSide * kOddSide, 0.25F);
  ASSERT_TRUE((*engine)->Prepare(BatchSize(5)));
  const auto out = (*engine)->Run({.data = images.data(), .size = BatchSize(5)});
  ASSERT_TRUE(out) << out.error().message;
  EXPECT_EQ(std::vector<float>(out->scores.begin(), out->scores.end()),
            std::vector<float>(15, 0.25F));
}

TEST(UnusableModel, WhatTheRuntimeCannotLoadIsTheModelsFault) {
  for (const std::string& model :
       {NeedsACustomOperator(), OfVersions(99, 13), OfVersions(8, 99), Cyclic(), WrongChannels()}) {
    const Error error = Refusal(model);
    EXPECT_TRUE(error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kInvalidInput)
        << error.message;
    EXPECT_THAT(error.message, AllOf(IsPlain(), HasSubstr("supported is a model that ONNX Runtime "
                                                          "1.")));
  }
  EXPECT_THAT(Refusal(NeedsACustomOperator()).message, HasSubstr("com.acme"));
  EXPECT_THAT(Refusal(OfVersions(99, 13)).message, HasSubstr("IR version: 99"));
  EXPECT_THAT(Refusal(OfVersions(8, 99)).message, HasSubstr("pset 99"));
}

TEST(UnusableModel, AnOpenImageSizeThatIsWrongIsSaid) {
  const Error error = Refusal(NeedsItsImageSize());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, AllOf(IsPlain(), HasSubstr("MatMul"),
                                   HasSubstr("does not run at 224x224; give the right "
                                             "--image-size")));
  const auto engine = Create(NeedsItsImageSize(), kOddSide);
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ((*engine)->Info().classes, 5);
}

// Its first run would need hundreds of GiB for the images alone.
TEST(UnusableModel, WhatCannotBeFedIsRefusedBeforeItIsTried) {
  const Error batch = Refusal(Averages(2'147'483'647, 32, 32));
  EXPECT_EQ(batch.code, ErrorCode::kUnsupported);
  EXPECT_THAT(batch.message, AllOf(IsPlain(), HasSubstr("1024 MiB")));
  const Error side = Refusal(Averages(-1, 60'000, 60'000));
  EXPECT_EQ(side.code, ErrorCode::kUnsupported);
  EXPECT_THAT(side.message, AllOf(IsPlain(), HasSubstr("16384")));
  EXPECT_EQ(Refusal(Averages(-1, -1, -1), 20'000).code, ErrorCode::kInvalidInput);
}

TEST(UnusableModel, MemoryThatRunsOutIsNotTheModelsFault) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's operator new ends the program where the real one throws";
#endif
  ModelBuilder model("huge", 7);
  const Tensor large = model.Upsample(model.Input("images", {-1, 1, 1, 1}), 1 << 23);  // 256 TiB
  model.Output(model.Flatten(model.GlobalAveragePool(large)), "scores");
  const Error error = Refusal(model.Serialise());
  EXPECT_EQ(error.code, ErrorCode::kOutOfMemory) << error.message;
}

}  // namespace
}  // namespace batchsizer::flow
