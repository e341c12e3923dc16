// Every kind of file that a folder of photos may hold, against the pixels that a
// reference library (Pillow) makes of it: test/data/images/make_images.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "flow/image/decode.h"
#include "flow/image/preprocess.h"
#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;

constexpr int kSide = 24;
constexpr std::size_t kValues = std::size_t{kSide} * kSide * 3;

Bytes ReadTestFile(const std::string& name) {
  const auto content = base::ReadFile(std::string(BATCHSIZER_TEST_IMAGES) + "/" + name);
  EXPECT_TRUE(content) << content.error().message;
  return content ? Bytes(content->begin(), content->end()) : Bytes();
}

// In the order of references.png. The name ends at a blank.
std::vector<std::string> Names() {
  const Bytes list = ReadTestFile("references.txt");
  std::istringstream lines(std::string(list.begin(), list.end()));
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);)
    names.push_back(line.substr(0, line.find(' ')));
  return names;
}

std::vector<float> RowOf(const std::string& name) {
  const InputSpec input{"input", ElementType::kFloat32, ImageLayout::kNhwc, 3, kSide, kSide};
  auto preprocessor = *Preprocessor::Create(input, {NormalisationOf(Preset::kRaw), 0.875});
  ImageDecoder decoder{DecodeOptions{}};
  const auto image = decoder.Decode(ReadTestFile(name), preprocessor.Needed());
  EXPECT_TRUE(image) << name << ": " << image.error().message;
  std::vector<float> row(kValues);
  if (image) preprocessor.Run(*image, row.data());
  return row;
}

struct Distance {
  double largest = 0;
  double mean = 0;
};

// Reference values are whole numbers, rounded after each of two directions.
Distance DistanceTo(const std::uint8_t* reference, const std::vector<float>& row) {
  Distance distance;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const double here = std::abs(static_cast<double>(row[i]) - reference[i]);
    distance.largest = std::max(distance.largest, here);
    distance.mean += here / static_cast<double>(row.size());
  }
  return distance;
}

class AgainstReference : public ::testing::TestWithParam<std::string> {};

TEST_P(AgainstReference, PixelsAreThoseOfPillow) {
  const auto names = Names();
  const auto found = std::find(names.begin(), names.end(), GetParam());
  ASSERT_NE(found, names.end());
  ImageDecoder decoder{DecodeOptions{}};
  const Bytes stacked = ReadTestFile("references.png");
  const auto references = decoder.Decode(stacked, {});
  ASSERT_TRUE(references);
  ASSERT_EQ(references->height, kSide * static_cast<int>(names.size()));
  const auto index = static_cast<std::size_t>(found - names.begin());
  const Distance distance = DistanceTo(references->pixels + index * kValues, RowOf(GetParam()));
  RecordProperty("largest", std::to_string(distance.largest));
  RecordProperty("mean", std::to_string(distance.mean));
  // Shrunk while decoding, detail is averaged by another filter first.
  const bool shrunk = GetParam().starts_with("shrunk-");
  EXPECT_LE(distance.largest, shrunk ? 7.5 : 1.5);
  EXPECT_LE(distance.mean, shrunk ? 0.8 : 0.4);
}

INSTANTIATE_TEST_SUITE_P(Kinds, AgainstReference, ::testing::ValuesIn(Names()),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace batchsizer::flow
