#include "flow/batch/image_feeder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "flow/image/test_images.h"

namespace batchsizer::flow {
namespace {

using testing::Bytes;
using testing::EncodePng;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Solid;
using testing::TemporaryFolder;

constexpr int kSide = 4;
const InputSpec kBytes{"input", ElementType::kUint8, ImageLayout::kNhwc, 3, kSide, kSide};

// Every image is of one colour that tells its index; some files are broken.
class Photos {
 public:
  Photos(int count, const std::set<int>& broken) {
    for (int i = 0; i < count; ++i) {
      const Bytes content = broken.contains(i) ? Bytes{'x'} : EncodePng(Solid(5, 6, ColourOf(i)));
      images_.Add(folder_.Write(fmt::format("{:04}.png", i), content));
    }
  }
  static Bytes ColourOf(int index) {
    return {static_cast<std::uint8_t>(index), static_cast<std::uint8_t>(index / 256),
            static_cast<std::uint8_t>(255 - index % 256)};
  }
  ImageList& Images() { return images_; }
  const TemporaryFolder& Folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
  ImageList images_;
};

FeederOptions Options(int threads, int largest_batch) {
  FeederOptions options;
  options.decode_threads = threads;
  options.largest_batch = BatchSize(largest_batch);
  return options;
}

std::unique_ptr<ImageFeeder> Start(const ImageList& images, const FeederOptions& options,
                                   const Clock& clock) {
  auto feeder = ImageFeeder::Create(images, kBytes, options, clock);
  EXPECT_TRUE(feeder) << feeder.error().message;
  return *std::move(feeder);
}

bool RowShows(const std::uint8_t* row, std::size_t image) {
  const Bytes want = Solid(kSide, kSide, Photos::ColourOf(static_cast<int>(image))).pixels;
  return std::equal(want.begin(), want.end(), row);
}

// What came out of a feeder: which images, and which failed.
struct Outcome {
  std::multiset<std::size_t> images;
  std::multiset<std::size_t> failed;
  std::vector<std::size_t> batches;
};

void AddFailures(ImageFeeder& feeder, Outcome& outcome) {
  for (const auto& failure : feeder.DrainFailures()) outcome.failed.insert(failure.image);
}

// Takes everything in batches of sizes that next_size gives.
template <typename NextSize>
Outcome TakeAll(ImageFeeder& feeder, const ImageList& images, NextSize next_size) {
  Outcome outcome;
  while (true) {
    const auto rows = feeder.Take(next_size());
    AddFailures(feeder, outcome);
    if (rows.empty()) return outcome;
    const auto* data = static_cast<const std::uint8_t*>(feeder.Data());
    for (const RowInfo& row : rows) {
      EXPECT_TRUE(RowShows(data, row.image)) << row.path;
      EXPECT_EQ(row.path, images.Path(row.image));
      outcome.images.insert(row.image);
      data += kBytes.BytesPerRow();
    }
    outcome.batches.push_back(rows.size());
    feeder.Release(static_cast<int>(rows.size()));
  }
}

std::multiset<std::size_t> AllBut(int count, const std::set<int>& left_out) {
  std::multiset<std::size_t> result;
  for (int i = 0; i < count; ++i) {
    if (!left_out.contains(i)) result.insert(static_cast<std::size_t>(i));
  }
  return result;
}

struct Load {
  int threads;
  int largest_batch;
  int broken_percent;
};

class ImageFeederUnder : public ::testing::TestWithParam<Load> {};

TEST_P(ImageFeederUnder, LosesNothingAndGivesNothingTwice) {
  const Load load = GetParam();
  constexpr int kCount = 400;
  for (unsigned seed = 0; seed < 3; ++seed) {
    std::mt19937 random(seed);
    std::set<int> broken;
    for (int i = 0; i < kCount; ++i) {
      if (static_cast<int>(random() % 100) < load.broken_percent) broken.insert(i);
    }
    Photos photos(kCount, broken);
    const SteadyClock clock;
    const auto feeder = Start(photos.Images(), Options(load.threads, load.largest_batch), clock);
    const auto outcome = TakeAll(*feeder, photos.Images(), [&] {
      return 1 + static_cast<int>(random() % static_cast<unsigned>(load.largest_batch));
    });
    EXPECT_EQ(outcome.images, AllBut(kCount, broken));
    EXPECT_EQ(outcome.failed, std::multiset<std::size_t>(broken.begin(), broken.end()));
  }
}

INSTANTIATE_TEST_SUITE_P(Loads, ImageFeederUnder,
                         ::testing::Values(Load{1, 1, 0}, Load{1, 16, 10}, Load{3, 7, 0},
                                           Load{4, 32, 5}, Load{8, 2, 50}, Load{3, 64, 100},
                                           Load{8, 100, 90}));

TEST(ImageFeeder, EveryBatchButTheLastIsAsLargeAsAskedFor) {
  Photos photos(50, {3, 4, 5, 20, 48, 49});
  const SteadyClock clock;
  const auto feeder = Start(photos.Images(), Options(4, 8), clock);
  const auto outcome = TakeAll(*feeder, photos.Images(), [] { return 8; });
  EXPECT_THAT(outcome.batches, ::testing::ElementsAre(8, 8, 8, 8, 8, 4));
}

TEST(ImageFeeder, OneThreadKeepsTheListsOrder) {
  Photos photos(20, {0, 7});
  const SteadyClock clock;
  const auto feeder = Start(photos.Images(), Options(1, 20), clock);
  const auto rows = feeder->Take(20);
  ASSERT_EQ(rows.size(), 18U);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(),
                             [](const RowInfo& a, const RowInfo& b) { return a.image < b.image; }));
}

TEST(ImageFeeder, TakingAgainWithoutReleaseGivesTheSameRows) {
  Photos photos(10, {});
  const SteadyClock clock;
  const auto feeder = Start(photos.Images(), Options(2, 4), clock);
  std::vector<std::size_t> first;
  for (const RowInfo& row : feeder->Take(4)) first.push_back(row.image);
  const void* const data = feeder->Data();
  const auto again = feeder->Take(2);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].image, first[0]);
  EXPECT_EQ(again[1].image, first[1]);
  EXPECT_EQ(feeder->Data(), data);
  feeder->Release(2);
  EXPECT_EQ(feeder->Take(4)[0].image, first[2]);
  EXPECT_TRUE(RowShows(static_cast<const std::uint8_t*>(feeder->Data()), first[2]));
}

TEST(ImageFeeder, FailuresNameTheFileAndTheReason) {
  Photos photos(3, {1});
  const SteadyClock clock;
  const auto feeder = Start(photos.Images(), Options(2, 4), clock);
  EXPECT_EQ(feeder->Take(4).size(), 2U);
  const auto failures = feeder->DrainFailures();
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].image, 1U);
  EXPECT_EQ(failures[0].path, photos.Images().Path(1));
  EXPECT_THAT(failures[0].error.message, HasSubstr("neither a JPEG"));
  EXPECT_THAT(feeder->DrainFailures(), IsEmpty());
}

TEST(ImageFeeder, VanishedFilesAreFailures) {
  Photos photos(6, {});
  photos.Images().Add((photos.Folder().Path() / "vanished.png").string());
  const SteadyClock clock;
  const auto feeder = Start(photos.Images(), Options(2, 8), clock);
  EXPECT_EQ(feeder->Take(8).size(), 6U);
  const auto failures = feeder->DrainFailures();
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].error.code, ErrorCode::kNotFound);
}

TEST(ImageFeeder, GoesRoundARepeatedList) {
  Photos photos(7, {2});
  photos.Images().Repeat(3);
  photos.Images().KeepFirst(20);
  const SteadyClock clock;
  const auto feeder = Start(photos.Images(), Options(3, 4), clock);
  std::size_t rows = 0;
  for (auto taken = feeder->Take(4); !taken.empty(); taken = feeder->Take(4)) {
    const auto* data = static_cast<const std::uint8_t*>(feeder->Data());
    EXPECT_TRUE(RowShows(data, taken[0].image % 7));
    rows += taken.size();
    feeder->Release(static_cast<int>(taken.size()));
  }
  EXPECT_EQ(rows, 17U);
  EXPECT_EQ(feeder->DrainFailures().size(), 3U);
}

TEST(ImageFeeder, MayBeDestroyedAtAnyTime) {
  Photos photos(60, {5, 6, 7});
  const SteadyClock clock;
  for (int batches = 0; batches < 30; ++batches) {
    const auto feeder = Start(photos.Images(), Options(1 + batches % 5, 4), clock);
    for (int i = 0; i < batches % 10; ++i) {
      EXPECT_EQ(feeder->Take(4).size(), 4U);
      feeder->Release(batches % 2 == 0 ? 4 : 1);
    }
  }
}

TEST(ImageFeeder, AnEmptyListIsAtItsEndAtOnce) {
  const ImageList none;
  const SteadyClock clock;
  const auto feeder = Start(none, Options(2, 4), clock);
  EXPECT_THAT(feeder->Take(4), IsEmpty());
}

// Each look at it is one millisecond after the last.
class CountingClock final : public Clock {
 public:
  [[nodiscard]] TimePoint Now() const override {
    return TimePoint(std::chrono::milliseconds(++looks_));
  }

 private:
  mutable int looks_ = 0;
};

TEST(ImageFeeder, InputWaitIsTheTimeThatTakeWaited) {
  Photos photos(8, {});
  const CountingClock clock;
  const auto feeder = Start(photos.Images(), Options(1, 8), clock);
  EXPECT_EQ(feeder->InputWait(), Duration(0));
  EXPECT_EQ(feeder->Take(8).size(), 8U);
  const Duration waited = feeder->InputWait();
  EXPECT_LE(waited, std::chrono::milliseconds(1));  // one wait, or none if decoding was faster
  EXPECT_EQ(feeder->Take(8).size(), 8U);            // everything is there: no wait
  EXPECT_EQ(feeder->InputWait(), waited);
}

TEST(ImageFeeder, MemoryLimitSaysTheLargestBatchThatFits) {
  Photos photos(1, {});
  const SteadyClock clock;
  FeederOptions options = Options(1, 10);
  options.memory_limit_bytes = 7 * kBytes.BytesPerRow() + 1;
  const auto refused = ImageFeeder::Create(photos.Images(), kBytes, options, clock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message, HasSubstr("the largest batch size that fits is 7"));
}

TEST(ImageFeeder, WorksWithNoMoreMemoryThanOneBatch) {
  Photos photos(30, {4});
  const SteadyClock clock;
  FeederOptions options = Options(3, 8);
  options.memory_limit_bytes = 8 * kBytes.BytesPerRow();
  const auto feeder = Start(photos.Images(), options, clock);
  const auto outcome = TakeAll(*feeder, photos.Images(), [] { return 8; });
  EXPECT_EQ(outcome.images, AllBut(30, {4}));
}

TEST(ImageFeeder, RefusesThreadsAndModelsOutOfRange) {
  Photos photos(1, {});
  const SteadyClock clock;
  EXPECT_EQ(ImageFeeder::Create(photos.Images(), kBytes, Options(0, 1), clock).error().code,
            ErrorCode::kInvalidInput);
  InputSpec four_channels = kBytes;
  four_channels.channels = 4;
  EXPECT_EQ(ImageFeeder::Create(photos.Images(), four_channels, Options(1, 1), clock).error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace batchsizer::flow
