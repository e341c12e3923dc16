#include "sim/image_costs.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

namespace batchsizer::sim {
namespace {

using std::chrono::milliseconds;

constexpr std::array<double, 4> kSeconds{0.001, 0.003, 0.010, 0.002};  // mean 4 ms

TEST(ImageCosts, TheMeanIsThatOfTheSet) {
  EXPECT_EQ(ImageCosts(kSeconds).Mean(), Duration(milliseconds(4)));
}

TEST(ImageCosts, EachBatchTakesTheNextImages) {
  ImageCosts costs(kSeconds);
  EXPECT_EQ(costs.TakeDeviation(1), Duration(milliseconds(-3)));
  EXPECT_EQ(costs.TakeDeviation(2), Duration(milliseconds(5)));
  EXPECT_EQ(costs.TakeDeviation(1), Duration(milliseconds(-2)));
  EXPECT_EQ(costs.TakeDeviation(1), Duration(milliseconds(-3)));
}

TEST(ImageCosts, WholeRoundsDeviateByNothing) {
  ImageCosts costs(kSeconds);
  EXPECT_EQ(costs.TakeDeviation(1), Duration(milliseconds(-3)));
  EXPECT_EQ(costs.TakeDeviation(400), Duration(0));
  EXPECT_EQ(costs.TakeDeviation(401), Duration(milliseconds(-1)));
}

}  // namespace
}  // namespace batchsizer::sim
