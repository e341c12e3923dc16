#include "base/hash.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <utility>

namespace batchsizer::base {
namespace {

TEST(Hash, IsXxh3) {
  // From xxhsum -H2, so that files of other builds can be read.
  EXPECT_EQ(ToHex(HashOf("")), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash, OfPiecesIsThatOfTheWhole) {
  const std::string text(1000, 'x');
  Hasher hasher;
  hasher.Update(std::string_view(text).substr(0, 1));
  EXPECT_EQ(hasher.Digest(), HashOf("x"));
  Hasher moved = std::move(hasher);
  moved.Update(std::string_view(text).substr(1));
  EXPECT_EQ(moved.Digest(), HashOf(text));
  EXPECT_NE(moved.Digest(), HashOf(text + "y"));
}

TEST(Hash, OfAFileIsThatOfItsContent) {
  const std::string path = ::testing::TempDir() + "hash_of_file";
  const std::string text(1 << 20, 'z');
  std::ofstream(path) << text;
  EXPECT_EQ(HashOfFile(path).value(), HashOf(text));
  std::filesystem::remove(path);
  EXPECT_EQ(HashOfFile(path).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace batchsizer::base
