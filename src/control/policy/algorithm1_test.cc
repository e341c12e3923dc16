// Algorithm 1 against the conformance vectors of test/conformance: not only the
// batch sizes it chooses, but minBS, maxBS and currentBS after every epoch.
#include "control/policy/algorithm1.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

namespace batchsizer::policy {
namespace {

using nlohmann::json;

std::vector<std::string> VectorFiles() {
  std::vector<std::string> names;
  const std::filesystem::path folder = BATCHSIZER_SOURCE_DIR "/test/conformance";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Algorithm1 Make(const json& vector) {
  const auto variant = ParsePaperVariant(vector["variant"].get<std::string>());
  return {static_cast<int>(vector["batch_sizes"].size()), vector["initial_index"].get<int>(),
          vector["alpha"].get<double>(), variant.value()};
}

Watts PeakOf(const json& readings) {
  return Watts(*std::max_element(readings.begin(), readings.end()));
}

class ConformanceVector : public ::testing::TestWithParam<std::string> {};

TEST_P(ConformanceVector, GivesTheSameStateAfterEveryEpoch) {
  std::ifstream file(GetParam());
  const json vector = json::parse(file);
  Algorithm1 search = Make(vector);
  const json& states = vector["state_after_epoch"];
  ASSERT_EQ(states.size(), vector["power_per_batch"].size());
  for (std::size_t e = 0; e < states.size(); ++e) {
    SCOPED_TRACE(fmt::format("epoch {}", e));
    const auto index = static_cast<std::size_t>(search.current()) - 1;
    EXPECT_EQ(vector["batch_sizes"][index], vector["expected_batch_per_epoch"][e]);
    search.Step(PeakOf(vector["power_per_batch"][e]), Watts(vector["cap_per_epoch"][e]));
    EXPECT_EQ(search.min(), states[e]["minBS"]);
    EXPECT_EQ(search.max(), states[e]["maxBS"]);
    EXPECT_EQ(search.current(), states[e]["currentBS"]);
  }
  const auto last = static_cast<std::size_t>(search.current()) - 1;
  EXPECT_EQ(vector["batch_sizes"][last], vector["next_batch_after_last_epoch"]);
}

INSTANTIATE_TEST_SUITE_P(Algorithm1, ConformanceVector, ::testing::ValuesIn(VectorFiles()),
                         [](const auto& test) {
                           return std::filesystem::path(test.param).stem().string();
                         });

TEST(ConformanceVectors, AreThereForEveryVariant) {
  std::vector<std::string> variants;
  for (const auto& name : VectorFiles()) {
    std::ifstream file(name);
    variants.push_back(json::parse(file)["variant"]);
  }
  for (const char* variant : {"literal", "stop", "cleared", "epoch", "text"}) {
    EXPECT_NE(std::count(variants.begin(), variants.end(), variant), 0) << variant;
  }
}

TEST(Algorithm1, KeepsOnBothEdgesOfTheBand) {
  Algorithm1 search(9, 5, 0.8, PaperVariant::kEpoch);
  EXPECT_EQ(search.Step(Watts(100), Watts(100)), Algorithm1::Outcome::kInBand);
  EXPECT_EQ(search.Step(Watts(80), Watts(100)), Algorithm1::Outcome::kInBand);
  EXPECT_EQ(search.current(), 5);
  EXPECT_EQ(search.Step(Watts(79.9), Watts(100)), Algorithm1::Outcome::kBelow);
}

TEST(Algorithm1, NeverRaisesAboveTheCapAfterALimitMovedItBelowItsMinimum) {
  Algorithm1 search(9, 1, 0.8, PaperVariant::kCleared);
  search.Step(Watts(50), Watts(100));
  search.Step(Watts(60), Watts(100));
  ASSERT_GT(search.min(), 1);
  search.MoveTo(1);
  EXPECT_EQ(search.Step(Watts(120), Watts(100)), Algorithm1::Outcome::kNoFurtherReduction);
  EXPECT_EQ(search.current(), 1);
}

}  // namespace
}  // namespace batchsizer::policy
