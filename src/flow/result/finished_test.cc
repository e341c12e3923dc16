#include "flow/result/finished.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace batchsizer::flow {
namespace {

Finished Of(std::initializer_list<std::string_view> images, std::string folder = {}) {
  Finished finished(std::move(folder));
  for (const auto image : images) finished.Add(image);
  finished.Seal();
  return finished;
}

TEST(Finished, GivesEachLineOnce) {
  Finished finished = Of({"a.jpg", "b.jpg", "a.jpg"});
  EXPECT_EQ(finished.left(), 3);
  EXPECT_TRUE(finished.Take("a.jpg"));
  EXPECT_TRUE(finished.Take("a.jpg"));
  EXPECT_FALSE(finished.Take("a.jpg"));
  EXPECT_FALSE(finished.Take("c.jpg"));
  EXPECT_EQ(finished.left(), 1);
  EXPECT_TRUE(finished.Take("b.jpg"));
  EXPECT_EQ(finished.left(), 0);
}

TEST(Finished, KnowsAnImageHoweverItsPathIsWritten) {
  Finished finished = Of({"p/a.jpg", "./p/../b.jpg", "q//c.jpg", "...jpg"});
  EXPECT_TRUE(finished.Take((std::filesystem::current_path() / "p" / "a.jpg").string()));
  EXPECT_TRUE(finished.Take("b.jpg"));
  EXPECT_TRUE(finished.Take("./q/./c.jpg"));
  EXPECT_FALSE(finished.Take("jpg"));
  EXPECT_TRUE(finished.Take("...jpg"));
}

TEST(Finished, RelativeNamesStartFromItsFolder) {
  Finished finished = Of({"a.jpg"}, "/data/photos");
  EXPECT_TRUE(finished.Take("/data/photos/a.jpg"));
}

TEST(Finished, KnowsAnImageWhoseNameIsNotUtf8) {
  EXPECT_TRUE(Of({"caf\xEF\xBF\xBD.jpg"}).Take("caf\xE9.jpg"));
}

TEST(Finished, OfNothingHasNothing) {
  EXPECT_FALSE(Of({}).Take("a.jpg"));
  EXPECT_FALSE(Finished().Take("a.jpg"));
}

}  // namespace
}  // namespace batchsizer::flow
