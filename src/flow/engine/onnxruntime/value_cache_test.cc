#include "flow/engine/onnxruntime/value_cache.h"

#include <gtest/gtest.h>

#include <memory>

namespace batchsizer::flow {
namespace {

class Cache : public ::testing::Test {
 protected:
  int Get(const void* memory, int batch) {
    return *cache_.Get(memory, batch, [&] { return std::make_unique<int>(++made_); });
  }

  ValueCache<std::unique_ptr<int>> cache_;
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

TEST_F(Cache, TheOldestMakesRoom) {
  for (int batch = 1; batch <= 65; ++batch) EXPECT_EQ(Get(&a_, batch), batch);
  EXPECT_EQ(Get(&a_, 65), 65);
  EXPECT_EQ(Get(&a_, 2), 2);
  EXPECT_EQ(Get(&a_, 1), 66);
}

}  // namespace
}  // namespace batchsizer::flow
