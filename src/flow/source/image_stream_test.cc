#include "flow/source/image_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace batchsizer::flow {
namespace {

// All names that are left, one after the other.
std::string Rest(ImageStream& stream) {
  std::string names;
  ImageItem item;
  while (stream.Next(item, {})) names += item.name;
  return names;
}

std::string AllOf(std::vector<std::string> names, StreamOptions options) {
  ImageStream stream(ListedImages(std::move(names)), std::move(options));
  return Rest(stream);
}

TEST(ImageStream, GoesRoundAndIsCutShort) {
  EXPECT_EQ(AllOf({"a", "b", "c"}, {}), "abc");
  EXPECT_EQ(AllOf({"a", "b"}, {.repeat = 3}), "ababab");
  EXPECT_EQ(AllOf({"a", "b"}, {.repeat = 3, .most_images = 5}), "ababa");
  EXPECT_EQ(AllOf({"a", "b"}, {.most_images = 5}), "ab");
}

TEST(ImageStream, AnEmptySourceEndsHoweverOftenItIsToGoRound) {
  EXPECT_EQ(AllOf({}, {.repeat = 1'000'000'000'000}), "");
}

TEST(ImageStream, LeavesOutWhatIsDoneOneOccurrenceAtATime) {
  std::map<std::string, int, std::less<>> done{{"a", 1}, {"c", 2}};
  const auto is_done = [&](std::string_view name) {
    const auto at = done.find(name);
    return at != done.end() && at->second-- > 0;
  };
  EXPECT_EQ(AllOf({"a", "b", "c"}, {.repeat = 3, .is_done = is_done}), "bababc");
}

TEST(ImageStream, DoneImagesCountTowardsTheMost) {
  const auto is_done = [](std::string_view name) { return name == "a"; };
  EXPECT_EQ(AllOf({"a", "b", "c"}, {.most_images = 2, .is_done = is_done}), "b");
}

TEST(ImageStream, KnowsItsNumberAfterOneRound) {
  ImageStream stream(ListedImages({"a", "b"}), {.repeat = 10});
  ImageItem item;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(stream.Next(item, {}));
  EXPECT_EQ(stream.Count().images, 2U);
  EXPECT_FALSE(stream.Count().final);
  ASSERT_TRUE(stream.Next(item, {}));
  EXPECT_EQ(stream.Count().images, 20U);
  EXPECT_TRUE(stream.Count().final);
  EXPECT_EQ(Rest(stream).size(), 17U);
  EXPECT_EQ(stream.Count().images, 20U);
}

TEST(ImageStream, ASourceThatCannotBeGoneThroughAgainIsAProblem) {
  class Vanishing final : public ImageSource {
   public:
    bool Next(ImageItem& item, const std::stop_token& /*stop*/) override {
      item.name.assign(1, 'a');
      return !std::exchange(given_, true);
    }
    Status Rewind() override { return MakeError(ErrorCode::kNotFound, "/p: is gone"); }
    [[nodiscard]] std::string NothingFound() const override { return ""; }

   private:
    bool given_ = false;
  };
  ImageStream stream(std::make_unique<Vanishing>(), {.repeat = 3});
  EXPECT_EQ(Rest(stream), "a");
  const auto problems = stream.TakeProblems();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].text, "/p: is gone; it was gone through 1 of 3 times");
  EXPECT_TRUE(problems[0].images_missing);
  EXPECT_TRUE(stream.TakeProblems().empty());
  EXPECT_TRUE(stream.Count().final);
}

TEST(ImageStream, CountsWhatItLeavesOut) {
  ImageStream stream(ListedImages({"a", "b", "c"}),
                     {.is_done = [](std::string_view name) { return name != "b"; }});
  EXPECT_EQ(Rest(stream), "b");
  const StreamCount count = stream.Count();
  EXPECT_EQ(count.images, 1U);
  EXPECT_EQ(count.skipped, 2U);
  EXPECT_TRUE(count.final);
}

TEST(ImageStream, ARepeatWithoutEndIsNoMoreThanCanBeCounted) {
  ImageStream stream(ListedImages({"a", "b"}), {.repeat = 1ULL << 62U});
  ImageItem item;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(stream.Next(item, {}));
  EXPECT_EQ(stream.Count().images, static_cast<std::uint64_t>(INT64_MAX));
}

}  // namespace
}  // namespace batchsizer::flow
