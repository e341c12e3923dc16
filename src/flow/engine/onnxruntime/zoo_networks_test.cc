// Each network of the zoo, run by ONNX Runtime.
#include "flow/model/zoo_networks.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <span>

#include "flow/engine/onnxruntime/onnxruntime_engine.h"
#include "flow/model/zoo.h"

namespace batchsizer::flow {
namespace {

using ::testing::FloatNear;
using ::testing::Pointwise;

constexpr int kImages = 7;

// kImages pictures: a colour each, and waves whose direction and length differ.
std::vector<float> Pictures(const InputSpec& spec) {
  std::vector<float> values;
  for (int i = 0; i < kImages; ++i) {
    const auto k = static_cast<float>(i + 1);
    for (int c = 0; c < spec.channels; ++c) {
      const float shade = (i + 1) >> c & 1 ? 0.5F : -0.5F;
      for (int y = 0; y < spec.height; ++y) {
        const float rows = std::cos(0.07F * k * static_cast<float>(y) + k);
        for (int x = 0; x < spec.width; ++x) {
          values.push_back(shade + 0.5F * rows * std::sin(0.13F * k * static_cast<float>(x)));
        }
      }
    }
  }
  return values;
}

class ZooNetwork : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    const auto model = MakeZooNetwork(GetParam(), kDefaultZooSeed);
    ASSERT_TRUE(model);
    const std::string bytes = model->Serialise();
    OnnxEngineOptions options;
    options.model_bytes = std::as_bytes(std::span(bytes));
    options.model_name = std::string(GetParam());
    auto engine = CreateOnnxRuntimeEngine(options);
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = *std::move(engine);
    pictures_ = Pictures(engine_->Info().input);
  }

  // Scores of pictures first..first+count.
  std::vector<float> Scores(int first, int count) {
    const std::size_t row = engine_->Info().input.ElementsPerRow();
    const auto out = engine_->Run({.data = pictures_.data() + static_cast<std::size_t>(first) * row,
                                   .size = BatchSize(count)});
    EXPECT_TRUE(out) << out.error().message;
    if (!out) return {};
    return {out->scores.begin(), out->scores.end()};
  }

  std::unique_ptr<Engine> engine_;
  std::vector<float> pictures_;
};

TEST_P(ZooNetwork, TellsImagesApartAndEachByItself) {
  const auto scores = Scores(0, kImages);
  ASSERT_EQ(scores.size(), static_cast<std::size_t>(kImages * kZooClasses));
  EXPECT_TRUE(std::all_of(scores.begin(), scores.end(), [](float v) { return std::isfinite(v); }));
  std::set<std::ptrdiff_t> winners;
  std::set<float> best;
  for (std::ptrdiff_t i = 0; i < kImages; ++i) {
    const auto row = scores.begin() + i * kZooClasses;
    EXPECT_NEAR(std::accumulate(row, row + kZooClasses, 0.0F), 1.0F, 1e-3F);
    const auto top = std::max_element(row, row + kZooClasses);
    winners.insert(top - row);
    best.insert(*top);
    // Decided, but not saturated.
    EXPECT_GT(*top, 5.0F / static_cast<float>(kZooClasses));
  }
  EXPECT_EQ(best.size(), std::size_t{kImages});
  EXPECT_GE(winners.size(), 4U);
  // The last one alone: a row does not depend on the batch that it is in.
  const std::vector<float> last(scores.end() - kZooClasses, scores.end());
  EXPECT_THAT(Scores(kImages - 1, 1), Pointwise(FloatNear(2e-3F), last));
}

std::string TestName(const ::testing::TestParamInfo<std::string_view>& info) {
  std::string name(info.param);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Every, ZooNetwork, ::testing::ValuesIn(ZooNames()), TestName);

}  // namespace
}  // namespace batchsizer::flow
