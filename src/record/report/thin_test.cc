#include "record/report/thin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "record/report/figure.h"

namespace batchsizer::record {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Ten thousand points in a hundred columns.
struct Many {
  std::vector<double> x;
  std::vector<double> y;
  Many() {
    for (int i = 0; i < 10'000; ++i) {
      x.push_back(i / 100.0);
      y.push_back(std::sin(i * 0.7));
    }
  }
};

TEST(ThinPoints, KeepsAllOfAFew) {
  const std::vector<double> x = {0, 0.1, 5, 9};
  const std::vector<double> y = {1, 2, kNoValue, 4};
  EXPECT_THAT(ThinPoints(x, y), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(ThinPoints({}, {}), IsEmpty());
}

TEST(ThinPoints, KeepsEveryColumnsExtremes) {
  Many many;
  many.y[4711] = 99;   // a spike of one reading
  many.y[4712] = -99;  // in the same column
  const auto kept = ThinPoints(many.x, many.y);
  EXPECT_LE(kept.size(), 4U * 101U);
  EXPECT_THAT(kept, Contains(4711));
  EXPECT_THAT(kept, Contains(4712));
  EXPECT_EQ(kept.front(), 0U);
  EXPECT_EQ(kept.back(), 9'999U);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
  EXPECT_EQ(std::adjacent_find(kept.begin(), kept.end()), kept.end());
}

TEST(ThinPoints, KeepsAGapThatCanBeSeen) {
  Many many;
  std::fill(many.y.begin() + 3'000, many.y.begin() + 3'500, kNoValue);
  const auto kept = ThinPoints(many.x, many.y);
  const auto gaps =
      std::count_if(kept.begin(), kept.end(), [&](std::size_t i) { return std::isnan(many.y[i]); });
  EXPECT_EQ(gaps, 1);
}

TEST(ThinPoints, DropsAGapWithinAColumn) {
  Many many;
  for (std::size_t i = 1; i < many.y.size(); i += 2) many.y[i] = kNoValue;
  const auto kept = ThinPoints(many.x, many.y);
  EXPECT_LE(kept.size(), 4U * 101U);
  EXPECT_TRUE(
      std::none_of(kept.begin(), kept.end(), [&](std::size_t i) { return std::isnan(many.y[i]); }));
}

TEST(ThinPoints, IsEmptyWhereNothingHasAValue) {
  Many many;
  std::fill(many.y.begin(), many.y.end(), kNoValue);
  EXPECT_THAT(ThinPoints(many.x, many.y), IsEmpty());
}

}  // namespace
}  // namespace batchsizer::record
