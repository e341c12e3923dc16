#include "flow/batch/image_queue.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace batchsizer::flow {
namespace {

ImageItem Named(std::string name) {
  ImageItem item;
  item.name = std::move(name);
  return item;
}

std::string PopName(ImageQueue& queue) {
  ImageItem item;
  queue.Pop(item);
  return item.name;
}

TEST(ImageQueue, GivesNamesInTheOrderTheyCame) {
  ImageQueue queue;
  for (int i = 0; i < 20'000; ++i) {
    ImageItem item = Named(fmt::format("photos/{}.jpg", i));
    queue.Push(item);
  }
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_FALSE(queue.empty());
    ASSERT_EQ(PopName(queue), fmt::format("photos/{}.jpg", i));
  }
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.NameBytes(), 0U);
}

TEST(ImageQueue, KeepsContentAndErrorsWithTheirImages) {
  ImageQueue queue;
  ImageItem plain = Named("a");
  ImageItem with_content = Named("b");
  with_content.content = std::vector<std::uint8_t>{1, 2, 3};
  ImageItem broken = Named("c");
  broken.error = Error{ErrorCode::kInvalidInput, "encrypted"};
  for (ImageItem* item : {&plain, &with_content, &broken}) queue.Push(*item);
  EXPECT_EQ(queue.ContentBytes(), 3U);

  ImageItem item = Named("old");
  item.error = Error{ErrorCode::kIo, "old"};
  queue.Pop(item);
  EXPECT_EQ(item.name, "a");
  EXPECT_FALSE(item.content || item.error);
  queue.Pop(item);
  EXPECT_EQ(item.content, (std::vector<std::uint8_t>{1, 2, 3}));
  EXPECT_FALSE(item.error);
  queue.Pop(item);
  ASSERT_TRUE(item.error);
  EXPECT_EQ(item.error->message, "encrypted");
  EXPECT_EQ(queue.ContentBytes(), 0U);
}

TEST(ImageQueue, TakesNamesOfAnyLength) {
  ImageQueue queue;
  ImageItem empty = Named("");
  ImageItem longest = Named(std::string(200'000, 'x'));
  queue.Push(longest);
  queue.Push(empty);
  EXPECT_EQ(PopName(queue).size(), 200'000U);
  EXPECT_EQ(PopName(queue), "");
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace batchsizer::flow
