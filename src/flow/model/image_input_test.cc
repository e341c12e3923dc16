#include "flow/model/image_input.h"

#include <gmock/gmock.h>

#include <array>

namespace batchsizer::flow {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kFloat32 = 1;
constexpr int kInt64 = 7;

Result<ImageInput> Find(std::vector<std::int64_t> dims, std::optional<int> image_size = {},
                        int type = kFloat32) {
  const std::array inputs = {TensorInfo{"x", type, std::move(dims)}};
  return FindImageInput(inputs, image_size);
}

TEST(ImageInput, ReadsNchw) {
  const auto found = Find({-1, 3, 192, 160});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->spec.name, "x");
  EXPECT_EQ(found->spec.layout, ImageLayout::kNchw);
  EXPECT_EQ(found->spec.channels, 3);
  EXPECT_EQ(found->spec.height, 192);
  EXPECT_EQ(found->spec.width, 160);
  EXPECT_FALSE(found->fixed_batch_size);
  EXPECT_FALSE(found->dynamic_image_size);
}

TEST(ImageInput, ReadsNhwc) {
  const auto found = Find({-1, 192, 160, 1});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->spec.layout, ImageLayout::kNhwc);
  EXPECT_EQ(found->spec.channels, 1);
  EXPECT_EQ(found->spec.height, 192);
  EXPECT_EQ(found->spec.width, 160);
}

TEST(ImageInput, GivenLayoutDecidesWhereTheShapeDoesNot) {
  const auto find = [](std::vector<std::int64_t> dims, ImageLayout layout) {
    const std::array inputs = {TensorInfo{"x", kFloat32, std::move(dims)}};
    return FindImageInput(inputs, {}, layout);
  };
  const auto both = find({-1, 3, 3, 3}, ImageLayout::kNhwc);
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->spec.layout, ImageLayout::kNhwc);
  const auto open = find({-1, -1, -1, -1}, ImageLayout::kNhwc);
  ASSERT_TRUE(open) << open.error().message;
  EXPECT_EQ(open->spec.channels, 3);
  EXPECT_EQ(open->spec.height, 224);
  const auto wrong = find({-1, 3, 192, 160}, ImageLayout::kNhwc);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(wrong.error().message, AllOf(HasSubstr("nhwc"), HasSubstr("160 channels")));
}

TEST(ImageInput, ReadsElementTypes) {
  EXPECT_EQ(Find({-1, 3, 8, 8}, {}, 1)->spec.type, ElementType::kFloat32);
  EXPECT_EQ(Find({-1, 3, 8, 8}, {}, 10)->spec.type, ElementType::kFloat16);
  EXPECT_EQ(Find({-1, 3, 8, 8}, {}, 2)->spec.type, ElementType::kUint8);
}

TEST(ImageInput, FillsOpenSizesWithTheImageSize) {
  EXPECT_EQ(Find({-1, 3, -1, -1})->spec.height, 224);
  const auto found = Find({-1, 3, -1, -1}, 96);
  EXPECT_EQ(found->spec.height, 96);
  EXPECT_EQ(found->spec.width, 96);
  EXPECT_TRUE(found->dynamic_image_size);
}

TEST(ImageInput, KeepsAFixedBatchAxis) {
  EXPECT_EQ(Find({4, 3, 8, 8})->fixed_batch_size, BatchSize(4));
}

TEST(ImageInput, RefusesAnImageSizeThatTheModelDoesNotTake) {
  const auto found = Find({-1, 3, 224, 224}, 192);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(found.error().message, AllOf(HasSubstr("192"), HasSubstr("224")));
  EXPECT_EQ(Find({-1, 3, -1, -1}, 0).error().code, ErrorCode::kInvalidInput);
}

TEST(ImageInput, RefusesASideThatNoImageIsResizedTo) {
  const auto given = Find({-1, 3, -1, -1}, 20'000);
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(given.error().message, AllOf(HasSubstr("20000"), HasSubstr("from 1 to 16384")));
  const auto fixed = Find({-1, 3, 60'000, 8});
  ASSERT_FALSE(fixed);
  EXPECT_EQ(fixed.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(fixed.error().message, AllOf(HasSubstr("height is 60000"), HasSubstr("16384")));
  EXPECT_TRUE(Find({-1, 3, 16'384, 8}));
}

TEST(ImageInput, RefusesABatchLargerThanImagesMayBe) {
  const auto fixed = Find({2'147'483'647, 3, 32, 32});
  ASSERT_FALSE(fixed);
  EXPECT_EQ(fixed.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(fixed.error().message, AllOf(HasSubstr("2147483647"), HasSubstr("1024 MiB")));
  const auto given = Find({-1, 3, -1, -1}, 16'384);  // 3 GiB an image
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(given.error().message, HasSubstr("smaller image size"));
  EXPECT_FALSE(Find({86, 1, 2048, 1536}));  // 12 MiB an image
  EXPECT_TRUE(Find({85, 1, 2048, 1536}));
}

TEST(ImageInput, RefusesOtherInputsAndSaysWhatIsSupported) {
  const std::vector<Result<ImageInput>> refused = {
      Find({-1, 128}),       Find({-1, 3, 8, 8}, {}, kInt64),
      Find({-1, 8, 8, 8}),   Find({0, 3, 8, 8}),
      Find({-1, 3, 0, 8}),   Find({-1, -1, -1, -1}),
      FindImageInput({}, {})};
  for (const auto& found : refused) {
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(found.error().message, HasSubstr("supported is one image input"));
  }
}

TEST(ImageInput, RefusesASecondRequiredInput) {
  const std::array inputs = {TensorInfo{"image", kFloat32, {-1, 3, 8, 8}},
                             TensorInfo{"mask", kFloat32, {-1, 8}}};
  const auto found = FindImageInput(inputs, {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(found.error().message, HasSubstr("'mask' float32 [?,8]"));
}

TEST(ClassesOf, TakesFlatAndPooledScores) {
  EXPECT_EQ(ClassesOf({"y", 1, {-1, 1000}}), 1000);
  EXPECT_EQ(ClassesOf({"y", 10, {1, 10, 1, 1}}), 10);
  EXPECT_EQ(ClassesOf({"y", 1, {-1, -1}}), -1);
}

TEST(ClassesOf, LeavesOtherTensors) {
  EXPECT_FALSE(ClassesOf({"y", 7, {-1, 1000}}));
  EXPECT_FALSE(ClassesOf({"y", 1, {-1, 10, 2, 2}}));
  EXPECT_FALSE(ClassesOf({"y", 1, {10}}));
  EXPECT_FALSE(ClassesOf({"y", 2, {-1, 10}}));
}

}  // namespace
}  // namespace batchsizer::flow
