#include "flow/model/zoo.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/text.h"
#include "flow/model/summarise.h"

namespace batchsizer::flow {
namespace {

using ::testing::HasSubstr;

TEST(Zoo, SeedChangesTheWeights) {
  const std::string a = ::testing::TempDir() + "zoo_seed_1.onnx";
  const std::string b = ::testing::TempDir() + "zoo_seed_2.onnx";
  ASSERT_TRUE(BuildZooModel("mobilenet-v1", a, 1));
  ASSERT_TRUE(BuildZooModel("mobilenet-v1", b, 2));
  EXPECT_NE(base::ReadFile(a).value(), base::ReadFile(b).value());
  std::filesystem::remove(a);
  std::filesystem::remove(b);
}

TEST(Zoo, EveryNameBuildsAModelThatSaysItsWeightsAreGenerated) {
  for (const std::string_view name : ZooNames()) {
    const std::string path = ::testing::TempDir() + "zoo_" + std::string(name) + ".onnx";
    const Status built = BuildZooModel(name, path);
    ASSERT_TRUE(built) << built.error().message;
    const auto summary = SummariseFile(path);
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_TRUE(summary->generated_weights);
    EXPECT_THAT(summary->description, HasSubstr("predictions mean nothing"));
    std::filesystem::remove(path);
  }
}

TEST(Zoo, SummaryWithoutWeightsIsThatOfTheFile) {
  for (const std::string_view name : ZooNames()) {
    SCOPED_TRACE(name);
    const std::string path = ::testing::TempDir() + "zoo_summary.onnx";
    ASSERT_TRUE(BuildZooModel(name, path));
    const auto file = SummariseFile(path);
    const auto shapes = SummariseZooModel(name);
    std::filesystem::remove(path);
    ASSERT_TRUE(file && shapes);
    EXPECT_EQ(shapes->path, "zoo:" + std::string(name));
    EXPECT_EQ(shapes->file_bytes, file->file_bytes);
    EXPECT_EQ(shapes->description, file->description);
    EXPECT_EQ(shapes->generated_weights, file->generated_weights);
    EXPECT_EQ(shapes->parameters, file->parameters);
    EXPECT_EQ(shapes->weight_bytes, file->weight_bytes);
    EXPECT_EQ(shapes->activation_bytes, file->activation_bytes);
    EXPECT_EQ(shapes->macs, file->macs);
    EXPECT_EQ(shapes->input.height, file->input.height);
    EXPECT_EQ(shapes->classes, file->classes);
    EXPECT_EQ(shapes->layers, file->layers);
    EXPECT_EQ(shapes->unknown_layers, 0);
  }
}

TEST(Zoo, UnknownNameNamesTheNearest) {
  const Status built = BuildZooModel("mobilnet-v1", "x.onnx");
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(built.error().message, HasSubstr("did you mean 'mobilenet-v1'?"));
}

TEST(Zoo, MissingFolderIsNotFound) {
  const Status built = BuildZooModel("mobilenet-v1", "no/such/folder/m.onnx");
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace batchsizer::flow
