#include "flow/model/float16.h"

#include <gtest/gtest.h>

#include <cmath>

namespace batchsizer::flow {
namespace {

TEST(HalfToFloat, ReadsEveryKindOfNumber) {
  EXPECT_EQ(HalfToFloat(0x0000), 0.0F);
  EXPECT_TRUE(std::signbit(HalfToFloat(0x8000)));
  EXPECT_EQ(HalfToFloat(0x3c00), 1.0F);
  EXPECT_EQ(HalfToFloat(0xc000), -2.0F);
  EXPECT_EQ(HalfToFloat(0x7bff), 65504.0F);
  EXPECT_EQ(HalfToFloat(0x0400), 0x1p-14F);
  EXPECT_EQ(HalfToFloat(0x0001), 0x1p-24F);
  EXPECT_EQ(HalfToFloat(0x83ff), -1023.0F * 0x1p-24F);
  EXPECT_EQ(HalfToFloat(0x7c00), INFINITY);
  EXPECT_EQ(HalfToFloat(0xfc00), -INFINITY);
  EXPECT_TRUE(std::isnan(HalfToFloat(0x7e00)));
}

}  // namespace
}  // namespace batchsizer::flow
