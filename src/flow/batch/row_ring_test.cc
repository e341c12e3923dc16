#include "flow/batch/row_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace batchsizer::flow {
namespace {

void Fill(const RowRing& ring, std::uint64_t row) {
  std::fill_n(ring.Row(row), ring.RowBytes(), static_cast<std::byte>(row * 37 + 1));
}

// Whether the count rows from first on lie one after the other from Row(first).
bool RunHoldsItsRows(const RowRing& ring, std::uint64_t first, std::size_t count) {
  const std::byte* at = ring.Row(first);
  for (std::uint64_t row = first; row < first + count; ++row) {
    for (std::size_t i = 0; i < ring.RowBytes(); ++i) {
      if (*at++ != static_cast<std::byte>(row * 37 + 1)) return false;
    }
  }
  return true;
}

class RowRingOf : public ::testing::TestWithParam<std::pair<std::size_t, std::size_t>> {};

TEST_P(RowRingOf, AnyRunUpToItsCapacityIsInOnePiece) {
  const auto [row_bytes, rows] = GetParam();
  const auto ring = RowRing::Create(row_bytes, rows);
  ASSERT_TRUE(ring) << ring.error().message;
  ASSERT_GE(ring->Capacity(), rows);
  const std::size_t capacity = ring->Capacity();
  for (std::uint64_t row = 0; row < capacity; ++row) Fill(*ring, row);
  for (std::uint64_t first = 0; first < 2 * capacity + 3; ++first) {
    ASSERT_TRUE(RunHoldsItsRows(*ring, first, capacity)) << first;
    Fill(*ring, first + capacity);  // takes the place of row first
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, RowRingOf,
                         ::testing::Values(std::pair<std::size_t, std::size_t>{4096, 3},
                                           std::pair<std::size_t, std::size_t>{4096 * 2, 1},
                                           std::pair<std::size_t, std::size_t>{4097, 2},
                                           std::pair<std::size_t, std::size_t>{12, 5},
                                           std::pair<std::size_t, std::size_t>{10'000, 7},
                                           std::pair<std::size_t, std::size_t>{299 * 299 * 3, 4}));

TEST(RowRing, HasRowsAtTheSamePlacesInEveryRoundWhereThatIsCheap) {
  for (const std::size_t row_bytes : {224U * 224 * 3 * 4, 300U * 300 * 3 * 4, 240U * 240 * 3}) {
    const auto ring = RowRing::Create(row_bytes, 500);
    ASSERT_TRUE(ring);
    const std::uint64_t round = ring->Capacity();
    EXPECT_LE(round, 625U);
    for (std::uint64_t row = 0; row < round; row += 7) {
      EXPECT_EQ(ring->Row(row), ring->Row(row + round));
      EXPECT_EQ(ring->Row(row), ring->Row(row + 5 * round));
    }
  }
}

TEST(RowRing, TakesLittleMoreThanItsRows) {
  const auto ring = RowRing::Create(std::size_t{299} * 299 * 3 * 4, 64);
  ASSERT_TRUE(ring);
  EXPECT_EQ(ring->Capacity(), 64U);
}

TEST(RowRing, MovesWithItsMemory) {
  auto ring = RowRing::Create(100, 50);
  ASSERT_TRUE(ring);
  Fill(*ring, 7);
  RowRing moved = *std::move(ring);
  EXPECT_TRUE(RunHoldsItsRows(moved, 7, 1));
  auto other = RowRing::Create(10, 5);
  ASSERT_TRUE(other);
  *other = std::move(moved);
  EXPECT_EQ(other->RowBytes(), 100U);
  EXPECT_TRUE(RunHoldsItsRows(*other, 7, 1));
}

TEST(RowRing, RefusesWhatCannotBe) {
  EXPECT_EQ(RowRing::Create(0, 1).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(RowRing::Create(1, 0).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(RowRing::Create(SIZE_MAX / 2, 2).error().code, ErrorCode::kInvalidInput);
  // More addresses than any processor has.
  EXPECT_EQ(RowRing::Create(std::size_t{1} << 58U, 2).error().code, ErrorCode::kOutOfMemory);
}

}  // namespace
}  // namespace batchsizer::flow
