#include "sim/device/utilisation.h"

#include <gtest/gtest.h>

#include <chrono>

#include "sim/testing.h"

namespace batchsizer::sim {
namespace {

using std::chrono::milliseconds;

Utilisation Of(Duration window) {
  GapAndWork plant({.period = {}, .sensor = {}, .utilisation = window});
  return UtilisationOf(plant, BatchSize(1), Megahertz(1000));
}

TEST(Utilisation, IsMeanAndHighestWithinAWindow) {
  EXPECT_DOUBLE_EQ(Of(milliseconds(20)).mean, 0.2);
  EXPECT_DOUBLE_EQ(Of(milliseconds(20)).highest, 0.4);
  EXPECT_DOUBLE_EQ(Of(milliseconds(5)).highest, 0.8);
}

TEST(Utilisation, WithoutAWindowIsTheHighestOfAnyMoment) {
  EXPECT_DOUBLE_EQ(Of(Duration(0)).highest, 0.8);
}

}  // namespace
}  // namespace batchsizer::sim
