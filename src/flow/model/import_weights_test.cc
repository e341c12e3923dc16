#include "flow/model/import_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

#include "base/text.h"
#include "flow/model/builder.h"
#include "flow/model/summarise.h"
#include "flow/model/testing/safetensors_writer.h"
#include "flow/model/zoo.h"

namespace batchsizer::flow {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Shape = std::vector<std::int64_t>;
constexpr double kEpsilon = 0.001;

// Every kind of layer with weights: a convolution (2 x 3 x 3 x 2) and a depthwise one of
// multiplier 2 (4 x 1 x 3 x 3) with folded batch norms, a batch norm that is a layer, and
// a matrix (5 x 4).
ModelBuilder TinyNetwork(bool with_epsilon = true) {
  ModelBuilder model("tiny", 7);
  if (with_epsilon) model.SetMetadata(kBatchNormEpsilonKey, "0.001");
  Tensor x = model.Input("images", {-1, 3, 8, 8});
  x = model.Relu6(model.Conv(x, 2, {.height = 3, .width = 2},
                             {.scope = "net/conv", .batch_norm = "net/conv/BatchNorm"}));
  x = model.GroupConv(
      x, 4, 2, {.height = 3, .width = 3},
      {.scope = "net/dw", .weights = "depthwise_weights", .batch_norm = "net/dw/BatchNorm"});
  x = model.BatchNorm(x, "net/norm");
  x = model.Gemm(model.Flatten(model.GlobalAveragePool(x)), 5, {.scope = "net/fc"});
  model.Output(x, "scores");
  return model;
}

std::size_t Elements(const Shape& shape) {
  std::size_t count = 1;
  for (const auto size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

// Numbers that are all different and tell where they were.
TensorToStore Counted(std::string name, Shape shape, float first) {
  std::vector<float> values(Elements(shape));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = first + 0.25F * static_cast<float>(i);
  return {std::move(name), std::move(shape), std::move(values)};
}

// As TF-slim would save it; the depthwise layer's batch norm has no gamma.
std::vector<TensorToStore> SlimTensors() {
  return {Counted("net/conv/weights", {3, 2, 3, 2}, 1),
          {"net/conv/BatchNorm/gamma", {2}, {1.5F, -0.5F}},
          {"net/conv/BatchNorm/beta", {2}, {0.25F, 3}},
          {"net/conv/BatchNorm/moving_mean", {2}, {2, -1}},
          {"net/conv/BatchNorm/moving_variance", {2}, {4, 0.125F}},
          Counted("net/dw/depthwise_weights", {3, 3, 2, 2}, -3),
          {"net/dw/BatchNorm/beta", {4}, {1, 2, 3, 4}},
          {"net/dw/BatchNorm/moving_mean", {4}, {-1, 0, 1, 2}},
          {"net/dw/BatchNorm/moving_variance", {4}, {1, 2, 3, 4}},
          {"net/norm/gamma", {4}, {9, 8, 7, 6}},
          {"net/norm/beta", {4}, {5, 4, 3, 2}},
          {"net/norm/moving_mean", {4}, {1, 0, -1, -2}},
          {"net/norm/moving_variance", {4}, {1, 1, 2, 2}},
          Counted("net/fc/weights", {1, 1, 4, 5}, 0),
          {"net/fc/biases", {5}, {1, 2, 3, 4, 5}}};
}

class ImportWeightsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "import_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::create_directories(folder_);
    ASSERT_TRUE(TinyNetwork().Save(Path("net.onnx")));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  Result<WeightImport> Import(const std::vector<TensorToStore>& tensors,
                              const std::string& map_text = "") {
    std::ofstream(Path("w.safetensors"), std::ios::binary) << SafetensorsBytes(tensors);
    std::optional<WeightMap> map;
    if (!map_text.empty()) {
      auto parsed = ParseWeightMap(map_text, "map.toml");
      if (!parsed) return tl::unexpected(parsed.error());
      map = *std::move(parsed);
    }
    return ImportWeights(Path("net.onnx"), Path("w.safetensors"), map, Path("out.onnx"));
  }

  // What is wrong with such an import, which leaves no file.
  std::string Refusal(const std::vector<TensorToStore>& tensors, const std::string& map = "") {
    const auto done = Import(tensors, map);
    if (done) return "it was done";
    EXPECT_EQ(done.error().code, ErrorCode::kInvalidInput);
    EXPECT_FALSE(std::filesystem::exists(Path("out.onnx")));
    return done.error().message;
  }

  std::map<std::string, std::vector<float>> Filled() const {
    std::map<std::string, std::vector<float>> weights;
    for (auto& weight : WeightsInFile(Path("out.onnx"))) {
      weights.emplace(weight.name, std::move(weight.values));
    }
    return weights;
  }

  std::string folder_;
};

const TensorToStore& Find(const std::vector<TensorToStore>& tensors, std::string_view name) {
  for (const TensorToStore& tensor : tensors) {
    if (tensor.name == name) return tensor;
  }
  throw std::out_of_range(std::string(name));
}

// Takes one out, or puts another in its place.
std::vector<TensorToStore> Without(std::vector<TensorToStore> tensors, std::string_view name) {
  std::erase_if(tensors, [&](const TensorToStore& tensor) { return tensor.name == name; });
  return tensors;
}
std::vector<TensorToStore> With(std::vector<TensorToStore> tensors, TensorToStore tensor) {
  tensors = Without(std::move(tensors), tensor.name);
  tensors.push_back(std::move(tensor));
  return tensors;
}

double ScaleOf(double gamma, double variance) { return gamma / std::sqrt(variance + kEpsilon); }

// The number of source at its place, times scale, as the import must have it.
float Scaled(const std::vector<float>& source, std::size_t place, double scale) {
  return static_cast<float>(static_cast<double>(source[place]) * scale);
}

TEST_F(ImportWeightsTest, TellsWhatItDid) {
  const auto done = Import(SlimTensors());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->weights, 10);
  EXPECT_EQ(done->batch_norms, 2);
  EXPECT_TRUE(done->unused.empty());
}

TEST_F(ImportWeightsTest, FoldsABatchNormIntoAConvolution) {
  const auto slim = SlimTensors();
  ASSERT_TRUE(Import(slim));
  auto weights = Filled();
  const std::array scale = {ScaleOf(1.5, 4), ScaleOf(-0.5, 0.125)};
  const auto& conv = Find(slim, "net/conv/weights").values;  // 3, 2, 3, 2: h, w, i, o
  for (std::size_t place = 0; place < 36; ++place) {         // 2, 3, 3, 2: o, i, h, w
    const std::size_t o = place / 18;
    const std::size_t i = place / 6 % 3;
    const std::size_t h = place / 2 % 3;
    const std::size_t w = place % 2;
    EXPECT_FLOAT_EQ(weights["net/conv/weights"][place],
                    Scaled(conv, ((h * 2 + w) * 3 + i) * 2 + o, scale.at(o)));
  }
  EXPECT_FLOAT_EQ(weights["net/conv/biases"][0], static_cast<float>(0.25 - 2 * scale[0]));
  EXPECT_FLOAT_EQ(weights["net/conv/biases"][1], static_cast<float>(3 + 1 * scale[1]));
}

TEST_F(ImportWeightsTest, FoldsABatchNormIntoADepthwiseConvolution) {
  const auto slim = SlimTensors();
  ASSERT_TRUE(Import(slim));
  auto weights = Filled();
  const auto& filters = Find(slim, "net/dw/depthwise_weights").values;  // h, w, c, m
  for (std::size_t o = 0; o < 4; ++o) {
    const auto number = static_cast<double>(o);  // beta and variance o + 1, mean o - 1
    const double scale = ScaleOf(1, 1 + number);
    for (std::size_t at = 0; at < 9; ++at) {
      EXPECT_FLOAT_EQ(weights["net/dw/depthwise_weights"][o * 9 + at],
                      Scaled(filters, (at * 2 + o / 2) * 2 + o % 2, scale));
    }
    EXPECT_FLOAT_EQ(weights["net/dw/biases"][o],
                    static_cast<float>(1 + number - (number - 1) * scale));
  }
}

TEST_F(ImportWeightsTest, TurnsAMatrixAndLeavesABatchNormThatIsALayer) {
  const auto slim = SlimTensors();
  ASSERT_TRUE(Import(slim));
  auto weights = Filled();
  EXPECT_THAT(weights["net/norm/gamma"], ElementsAre(9, 8, 7, 6));
  EXPECT_THAT(weights["net/norm/moving_variance"], ElementsAre(1, 1, 2, 2));
  const auto& fc = Find(slim, "net/fc/weights").values;  // 1, 1, 4, 5: i, o
  for (std::size_t o = 0; o < 5; ++o) {
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(weights["net/fc/weights"][o * 4 + i], fc[i * 5 + o]);
    }
  }
  EXPECT_THAT(weights["net/fc/biases"], ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(ImportWeightsTest, AddsTheBiasesInFrontOfABatchNorm) {
  auto slim = With(SlimTensors(), {"net/conv/biases", {2}, {10, 20}});
  ASSERT_TRUE(Import(slim));
  const double scale = 1.5 / std::sqrt(4 + kEpsilon);
  EXPECT_FLOAT_EQ(Filled()["net/conv/biases"][0], static_cast<float>(0.25 + (10 - 2) * scale));
}

TEST_F(ImportWeightsTest, GivesTheNetworksOwnWeightsBackToTheBit) {
  for (const std::string_view name : {"mobilenet-v1", "inception-v2", "nasnet-mobile"}) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(BuildZooModel(name, Path("net.onnx"), 3));
    ASSERT_TRUE(BuildZooModel(name, Path("other.onnx"), 4));
    const auto own = WeightsInFile(Path("net.onnx"));
    std::ofstream(Path("w.safetensors"), std::ios::binary) << SafetensorsBytes(own);
    const auto done =
        ImportWeights(Path("other.onnx"), Path("w.safetensors"), {}, Path("out.onnx"));
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->batch_norms, 0);
    const auto filled = WeightsInFile(Path("out.onnx"));
    ASSERT_EQ(filled.size(), own.size());
    for (std::size_t i = 0; i < own.size(); ++i) {
      EXPECT_EQ(filled[i].name, own[i].name);
      EXPECT_TRUE(filled[i].values == own[i].values) << own[i].name;
    }
  }
}

TEST_F(ImportWeightsTest, NoLongerSaysThatWeightsAreGenerated) {
  EXPECT_TRUE(SummariseFile(Path("net.onnx"))->generated_weights);
  ASSERT_TRUE(Import(SlimTensors()));
  const auto summary = SummariseFile(Path("out.onnx"));
  ASSERT_TRUE(summary);
  EXPECT_FALSE(summary->generated_weights);
  EXPECT_EQ(summary->description, "tiny; weights imported from w.safetensors");
}

TEST_F(ImportWeightsTest, MayReplaceTheNetworkItself) {
  ASSERT_TRUE(Import(SlimTensors()));
  const auto once = base::ReadFile(Path("out.onnx")).value();
  ASSERT_TRUE(ImportWeights(Path("net.onnx"), Path("w.safetensors"), {}, Path("net.onnx")));
  EXPECT_TRUE(base::ReadFile(Path("net.onnx")).value() == once);
}

TEST_F(ImportWeightsTest, TakesALayersBatchNormWithoutGamma) {
  ASSERT_TRUE(Import(Without(SlimTensors(), "net/norm/gamma")));
  EXPECT_THAT(Filled()["net/norm/gamma"], ElementsAre(1, 1, 1, 1));
}

TEST_F(ImportWeightsTest, ListsWhatIsMissing) {
  EXPECT_THAT(Refusal(Without(SlimTensors(), "net/fc/biases")),
              AllOf(HasSubstr("w.safetensors: 1 of what the network needs is missing: "
                              "net/fc/biases; "),
                    HasSubstr("--map")));
  EXPECT_THAT(Refusal(Without(SlimTensors(), "net/conv/BatchNorm/moving_variance")),
              HasSubstr("is missing: net/conv/BatchNorm/moving_variance;"));
  EXPECT_THAT(Refusal({}), HasSubstr("10 of what the network needs are missing: net/conv/weights, "
                                     "net/conv/biases, "));
  ASSERT_TRUE(BuildZooModel("mobilenet-v1", Path("net.onnx")));
  EXPECT_THAT(Refusal({}), HasSubstr(" and 46 more; "));
}

TEST_F(ImportWeightsTest, NamesTensorsThatNobodyUses) {
  const auto done = Import(With(SlimTensors(), {"global_step", {1}, {7}}));
  ASSERT_TRUE(done);
  EXPECT_THAT(done->unused, ElementsAre("global_step"));
}

TEST_F(ImportWeightsTest, NamesShapesThatDoNotFit) {
  EXPECT_THAT(Refusal(With(SlimTensors(), Counted("net/conv/weights", {3, 3, 3, 2}, 0))),
              AllOf(HasSubstr("tensor 'net/conv/weights' is 3 x 3 x 3 x 2; weight "
                              "'net/conv/weights' of the network is 2 x 3 x 3 x 2 and needs "),
                    HasSubstr("2 x 3 x 3 x 2 (oihw)"), HasSubstr("3 x 2 x 3 x 2 (hwio)"),
                    Not(HasSubstr("1001"))));
  EXPECT_THAT(Refusal(With(SlimTensors(), Counted("net/fc/biases", {1, 5}, 0))),
              HasSubstr("is 1 x 5; weight 'net/fc/biases' of the network is 5 and needs 5 (same)"));
  EXPECT_THAT(Refusal(With(SlimTensors(), Counted("net/conv/BatchNorm/beta", {3}, 0))),
              HasSubstr("'net/conv/BatchNorm/beta' is 3; the batch norm behind 'net/conv/weights' "
                        "needs 2"));
}

TEST_F(ImportWeightsTest, ExplainsAClassTooMany) {
  ModelBuilder model("tiny", 7);
  const Tensor x = model.Flatten(model.GlobalAveragePool(model.Input("images", {-1, 3, 8, 8})));
  model.Output(model.Gemm(x, 1001, {.scope = "fc"}), "scores");
  ASSERT_TRUE(model.Save(Path("net.onnx")));
  EXPECT_THAT(Refusal({Counted("fc/weights", {3, 1000}, 0), Counted("fc/biases", {1000}, 0)}),
              AllOf(HasSubstr("is 3 x 1000"), HasSubstr("1001 classes, as TF-slim has them")));
}

TEST_F(ImportWeightsTest, RefusesImpossibleVariances) {
  EXPECT_THAT(Refusal(With(SlimTensors(), {"net/conv/BatchNorm/moving_variance", {2}, {1, -0.5F}})),
              HasSubstr("holds -0.5 at place 1"));
}

TEST_F(ImportWeightsTest, RefusesScalesThatLeaveFloat32) {
  EXPECT_THAT(Refusal(With(SlimTensors(), {"net/conv/BatchNorm/gamma", {2}, {1, 3e38F}})),
              AllOf(HasSubstr("with its batch norm folded in, weight 'net/conv/weights'"),
                    HasSubstr("inf")));
}

// The network's file is as little to be believed: its biases are more than its outputs.
TEST_F(ImportWeightsTest, RefusesToFoldIntoBiasesOfAnotherLength) {
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(base::ReadFile(Path("net.onnx")).value()));
  for (auto& tensor : *model.mutable_graph()->mutable_initializer()) {
    if (tensor.name() != "net/conv/biases") continue;
    tensor.set_dims(0, 100'000);
    tensor.clear_float_data();
    tensor.set_raw_data(std::string(400'000, '\0'));
  }
  std::ofstream(Path("net.onnx"), std::ios::binary) << model.SerializeAsString();
  EXPECT_THAT(Refusal(SlimTensors()),
              HasSubstr("its biases 'net/conv/biases' must be 2, one value an output"));
}

// --- which way round

// A network whose only filters are 2 x 2 x 2 x 2.
void SaveSquareNetwork(const std::string& path, bool with_another) {
  ModelBuilder model("square", 7);
  Tensor x = model.Input("images", {-1, 2, 8, 8});
  x = model.Conv(x, 2, {.height = 2, .width = 2}, {.scope = "a"});
  if (with_another) x = model.Conv(x, 3, {.height = 2, .width = 2}, {.scope = "b"});
  model.Output(model.Flatten(model.GlobalAveragePool(x)), "scores");
  ASSERT_TRUE(model.Save(path));
}

TEST_F(ImportWeightsTest, AsksWhereAShapeFitsTwoOrders) {
  SaveSquareNetwork(Path("net.onnx"), false);
  const std::vector<TensorToStore> tensors = {Counted("a/weights", {2, 2, 2, 2}, 0),
                                              Counted("a/biases", {2}, 0)};
  EXPECT_THAT(Refusal(tensors), AllOf(HasSubstr("'a/weights' of 2 x 2 x 2 x 2 fits"),
                                      HasSubstr("in PyTorch's order and in TensorFlow's")));
  ASSERT_TRUE(Import(tensors,
                     "[weights]\n\"a/weights\" = { from = \"a/weights\", layout = \"hwio\" }\n"
                     "\"a/biases\" = \"a/biases\""));
  EXPECT_EQ(Filled()["a/weights"][1], tensors[0].values[4]);  // one to the right
  ASSERT_TRUE(Import(tensors,
                     "[weights]\n\"a/weights\" = { from = \"a/weights\", layout = \"oihw\" }\n"
                     "\"a/biases\" = \"a/biases\""));
  EXPECT_EQ(Filled()["a/weights"], tensors[0].values);
}

TEST_F(ImportWeightsTest, TakesTheOrderOfTheOtherTensors) {
  SaveSquareNetwork(Path("net.onnx"), true);
  const auto a = Counted("a/weights", {2, 2, 2, 2}, 0);
  const auto with = [&](const Shape& shape_of_b) {
    return std::vector<TensorToStore>{a, Counted("a/biases", {2}, 0),
                                      Counted("b/weights", shape_of_b, 0),
                                      Counted("b/biases", {3}, 0)};
  };
  ASSERT_TRUE(Import(with({2, 2, 2, 3})));
  EXPECT_EQ(Filled()["a/weights"][1], a.values[4]);
  ASSERT_TRUE(Import(with({3, 2, 2, 2})));
  EXPECT_EQ(Filled()["a/weights"], a.values);
}

// --- maps

TEST_F(ImportWeightsTest, FollowsAMapOfPytorchNames) {
  const std::vector<TensorToStore> torch = {Counted("f.0.weight", {2, 3, 3, 2}, 0),
                                            {"f.1.weight", {2}, {2, 3}},
                                            {"f.1.bias", {2}, {1, 1}},
                                            {"f.1.running_mean", {2}, {0, 1}},
                                            {"f.1.running_var", {2}, {1, 1}},
                                            Counted("f.2.weight", {4, 1, 3, 3}, 0),
                                            {"x.mean", {4}, {1, 1, 1, 1}},
                                            {"x.var", {4}, {0, 0, 0, 0}},
                                            Counted("fc.weight", {5, 4}, 0),
                                            Counted("fc.bias", {5}, 0)};
  const auto done = Import(torch, R"(
epsilon = 0.0
[weights]
"net/conv/weights" = { from = "f.0.weight", batch_norm = "f.1" }
"net/dw/depthwise_weights" = { from = "f.2.weight", batch_norm = { mean = "x.mean", variance = "x.var", epsilon = 0.25 } }
"net/norm/gamma" = { fill = 2 }
"net/norm/beta" = { fill = 0 }
"net/norm/moving_mean" = { keep = true }
"net/norm/moving_variance" = { keep = true }
"net/fc/weights" = { from = "fc.weight", layout = "oi" }
"net/fc/biases" = "fc.bias"
)");
  ASSERT_TRUE(done) << done.error().message;
  auto weights = Filled();
  EXPECT_FLOAT_EQ(weights["net/conv/weights"][0], torch[0].values[0] * 2);
  EXPECT_FLOAT_EQ(weights["net/conv/weights"][18], torch[0].values[18] * 3);
  EXPECT_THAT(weights["net/conv/biases"], ElementsAre(1, 1 - 3));
  EXPECT_FLOAT_EQ(weights["net/dw/depthwise_weights"][5], torch[5].values[5] * 2);
  EXPECT_THAT(weights["net/dw/biases"], ElementsAre(-2, -2, -2, -2));
  EXPECT_THAT(weights["net/norm/gamma"], ElementsAre(2, 2, 2, 2));
  EXPECT_THAT(weights["net/norm/moving_variance"], ElementsAre(1, 1, 1, 1));
  EXPECT_EQ(weights["net/fc/weights"], torch[8].values);
}

TEST_F(ImportWeightsTest, WritesAMapThatDoesWhatItDoesWithoutOne) {
  const auto slim = SlimTensors();
  ASSERT_TRUE(Import(slim));
  const auto without = base::ReadFile(Path("out.onnx")).value();
  const auto network = ReadNetworkForm(Path("net.onnx"));
  ASSERT_TRUE(network);
  const std::string text = WeightMapText(*network);
  EXPECT_THAT(text, AllOf(HasSubstr("epsilon = 0.001"), HasSubstr("# 2 x 3 x 3 x 2\n")));
  const auto done = Import(slim, text);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_TRUE(base::ReadFile(Path("out.onnx")).value() == without);
}

TEST_F(ImportWeightsTest, RefusesMapsThatDoNotFit) {
  const auto text = WeightMapText(*ReadNetworkForm(Path("net.onnx")));
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string map = text;
    const auto at = map.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return map.replace(at, from.size(), to);
  };
  const auto slim = SlimTensors();
  EXPECT_THAT(Refusal(slim, changed("\"net/fc/biases\" =", "\"net/fc/biase\" =")),
              HasSubstr("map.toml: the network has no weight 'net/fc/biase' (did you mean "
                        "'net/fc/biases'?)"));
  EXPECT_THAT(Refusal(slim, changed("= \"net/fc/biases\"", "= \"net/fc/biase\"")),
              AllOf(HasSubstr("map.toml: 'net/fc/biases' is to be filled from 'net/fc/biase'"),
                    HasSubstr("(did you mean 'net/fc/biases'?)")));
  EXPECT_THAT(Refusal(slim, changed("\"net/fc/biases\" = \"net/fc/biases\"", "")),
              HasSubstr("map.toml: 1 of what the network needs is missing: net/fc/biases"));
  EXPECT_THAT(Refusal(slim, changed("= \"net/fc/weights\"",
                                    "= { from = \"net/fc/weights\", layout = \"oi\" }")),
              HasSubstr("is 1 x 1 x 4 x 5; weight 'net/fc/weights' of the network is 5 x 4 and "
                        "needs 5 x 4 (oi)"));
  EXPECT_THAT(Refusal(slim, changed("= \"net/fc/weights\"",
                                    "= { from = \"net/fc/weights\", batch_norm = \"net/norm\" }")),
              HasSubstr("no batch norm can be folded into 'net/fc/weights'"));
  EXPECT_THAT(Refusal(slim, changed("# \"net/conv/biases\" = \"net/conv/biases\"",
                                    "\"net/conv/biases\" = { keep = true }")),
              HasSubstr("'net/conv/biases' cannot be kept"));
}

TEST_F(ImportWeightsTest, NeedsToKnowTheEpsilon) {
  ASSERT_TRUE(TinyNetwork(false).Save(Path("net.onnx")));
  EXPECT_THAT(Refusal(SlimTensors()), HasSubstr("epsilon of the batch norms is not known"));
}

TEST_F(ImportWeightsTest, RefusesFilesThatAreNone) {
  std::ofstream(Path("w.safetensors")) << "text";
  EXPECT_EQ(
      ImportWeights(Path("none.onnx"), Path("w.safetensors"), {}, Path("out.onnx")).error().code,
      ErrorCode::kInvalidInput);
  std::ofstream(Path("w.safetensors"), std::ios::binary) << SafetensorsBytes(SlimTensors());
  EXPECT_EQ(
      ImportWeights(Path("none.onnx"), Path("w.safetensors"), {}, Path("out.onnx")).error().code,
      ErrorCode::kNotFound);
  const auto refused =
      ImportWeights(Path("net.onnx"), Path("w.safetensors"), {}, Path("none/out.onnx"));
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("none/out.onnx"));
}

}  // namespace
}  // namespace batchsizer::flow
