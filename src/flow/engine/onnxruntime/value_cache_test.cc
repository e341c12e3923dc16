#include "flow/engine/onnxruntime/value_cache.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <memory>
#include <stdexcept>

namespace batchsizer::flow {
namespace {

constexpr int kMost = 64;

class Cache : public ::testing::Test {
 protected:
  int Get(const void* memory, int batch) {
    return *cache_.Get(memory, batch, [&] { return std::make_unique<int>(++made_); });
  }

  ValueCache<std::unique_ptr<int>> cache_{kMost};
  int made_ = 0;
  char a_ = 0;
  char b_ = 0;
};

TEST_F(Cache, MakesOneHandleForEachMemoryAndBatchSize) {
  EXPECT_EQ(Get(&a_, 1), 1);
  EXPECT_EQ(Get(&a_, 2), 2);
  EXPECT_EQ(Get(&b_, 1), 3);
  EXPECT_EQ(Get(&a_, 1), 1);
  EXPECT_EQ(Get(&a_, 2), 2);
  EXPECT_EQ(Get(&b_, 1), 3);
}

TEST_F(Cache, ForgetsWhenCleared) {
  EXPECT_EQ(Get(&a_, 1), 1);
  cache_.Clear();
  EXPECT_EQ(Get(&a_, 1), 2);
}

TEST_F(Cache, WhenFullItForgetsAllAndGoesOn) {
  for (int batch = 1; batch <= kMost; ++batch) EXPECT_EQ(Get(&a_, batch), batch);
  for (int batch = 1; batch <= kMost; ++batch) EXPECT_EQ(Get(&a_, batch), batch);
  EXPECT_EQ(Get(&b_, 1), kMost + 1);
  EXPECT_EQ(Get(&b_, 1), kMost + 1);
  EXPECT_EQ(Get(&a_, 1), kMost + 2);
}

TEST_F(Cache, AFailedHandleLeavesItAsItWas) {
  EXPECT_EQ(Get(&a_, 1), 1);
  const auto fail = []() -> std::unique_ptr<int> { throw std::runtime_error("none"); };
  EXPECT_THROW(cache_.Get(&b_, 1, fail), std::runtime_error);
  EXPECT_EQ(Get(&a_, 1), 1);
  EXPECT_EQ(Get(&b_, 1), 2);
}

// A ring of images, 602,112 bytes apart, at every batch size in use.
TEST(ValueCache, EveryPlaceOfARingIsMadeOnce) {
  constexpr std::size_t kRows = 512;
  constexpr std::size_t kRowBytes = std::size_t{224} * 224 * 12;
  ValueCache<std::unique_ptr<int>> cache(kRows * 9);
  int made = 0;
  for (int round = 0; round < 3; ++round) {
    for (std::size_t row = 0; row < kRows; ++row) {
      for (int batch = 1; batch <= 256; batch *= 2) {
        const auto* place = std::bit_cast<const void*>(0x7f00'0000'0000U + row * kRowBytes);
        (void)cache.Get(place, batch, [&] { return std::make_unique<int>(++made); });
      }
    }
  }
  EXPECT_EQ(made, 512 * 9);
}

}  // namespace
}  // namespace batchsizer::flow
