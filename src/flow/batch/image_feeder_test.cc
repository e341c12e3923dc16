#include "flow/batch/image_feeder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
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
      names_.push_back(folder_.Write(fmt::format("{:04}.png", i), content));
    }
  }
  static Bytes ColourOf(int index) {
    return {static_cast<std::uint8_t>(index), static_cast<std::uint8_t>(index / 256),
            static_cast<std::uint8_t>(255 - index % 256)};
  }
  std::vector<std::string>& Names() { return names_; }
  const TemporaryFolder& Folder() const { return folder_; }

 private:
  TemporaryFolder folder_;
  std::vector<std::string> names_;
};

FeederOptions Options(int threads, int largest_batch) {
  FeederOptions options;
  options.decode_threads = threads;
  options.largest_batch = BatchSize(largest_batch);
  return options;
}

std::unique_ptr<ImageStream> StreamOf(std::vector<std::string> names, StreamOptions options = {}) {
  return std::make_unique<ImageStream>(ListedImages(std::move(names)), std::move(options));
}

std::unique_ptr<ImageFeeder> Start(std::vector<std::string> names, const FeederOptions& options,
                                   const Clock& clock, StreamOptions stream = {}) {
  auto feeder =
      ImageFeeder::Create(StreamOf(std::move(names), std::move(stream)), kBytes, options, clock);
  EXPECT_TRUE(feeder) << feeder.error().message;
  return *std::move(feeder);
}

bool RowShows(const std::uint8_t* row, std::uint64_t image) {
  const Bytes want = Solid(kSide, kSide, Photos::ColourOf(static_cast<int>(image))).pixels;
  return std::equal(want.begin(), want.end(), row);
}

// What came out of a feeder: which images, and which failed.
struct Outcome {
  std::multiset<std::uint64_t> images;
  std::multiset<std::uint64_t> failed;
  std::vector<std::size_t> batches;
};

void AddFailures(ImageFeeder& feeder, Outcome& outcome) {
  for (const auto& failure : feeder.DrainFailures()) outcome.failed.insert(failure.image);
}

// Takes everything in batches of sizes that next_size gives.
template <typename NextSize>
Outcome TakeAll(ImageFeeder& feeder, const std::vector<std::string>& names, NextSize next_size) {
  Outcome outcome;
  while (true) {
    const auto rows = feeder.Take(next_size());
    AddFailures(feeder, outcome);
    if (rows.empty()) return outcome;
    const auto* data = static_cast<const std::uint8_t*>(feeder.Data());
    for (const RowInfo& row : rows) {
      EXPECT_TRUE(RowShows(data, row.image)) << row.path;
      EXPECT_EQ(row.path, names[row.image]);
      outcome.images.insert(row.image);
      data += kBytes.BytesPerRow();
    }
    outcome.batches.push_back(rows.size());
    feeder.Release(static_cast<int>(rows.size()));
  }
}

std::multiset<std::uint64_t> AllBut(int count, const std::set<int>& left_out) {
  std::multiset<std::uint64_t> result;
  for (int i = 0; i < count; ++i) {
    if (!left_out.contains(i)) result.insert(static_cast<std::uint64_t>(i));
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
    const auto feeder = Start(photos.Names(), Options(load.threads, load.largest_batch), clock);
    const auto outcome = TakeAll(*feeder, photos.Names(), [&] {
      return 1 + static_cast<int>(random() % static_cast<unsigned>(load.largest_batch));
    });
    EXPECT_EQ(outcome.images, AllBut(kCount, broken));
    EXPECT_EQ(outcome.failed, std::multiset<std::uint64_t>(broken.begin(), broken.end()));
  }
}

INSTANTIATE_TEST_SUITE_P(Loads, ImageFeederUnder,
                         ::testing::Values(Load{1, 1, 0}, Load{1, 16, 10}, Load{3, 7, 0},
                                           Load{4, 32, 5}, Load{8, 2, 50}, Load{3, 64, 100},
                                           Load{8, 100, 90}));

TEST(ImageFeeder, EveryBatchButTheLastIsAsLargeAsAskedFor) {
  Photos photos(50, {3, 4, 5, 20, 48, 49});
  const SteadyClock clock;
  const auto feeder = Start(photos.Names(), Options(4, 8), clock);
  const auto outcome = TakeAll(*feeder, photos.Names(), [] { return 8; });
  EXPECT_THAT(outcome.batches, ::testing::ElementsAre(8, 8, 8, 8, 8, 4));
}

TEST(ImageFeeder, OneThreadKeepsTheListsOrder) {
  Photos photos(20, {0, 7});
  const SteadyClock clock;
  const auto feeder = Start(photos.Names(), Options(1, 20), clock);
  const auto rows = feeder->Take(20);
  ASSERT_EQ(rows.size(), 18U);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(),
                             [](const RowInfo& a, const RowInfo& b) { return a.image < b.image; }));
}

TEST(ImageFeeder, TakingAgainWithoutReleaseGivesTheSameRows) {
  Photos photos(10, {});
  const SteadyClock clock;
  const auto feeder = Start(photos.Names(), Options(2, 4), clock);
  std::vector<std::uint64_t> first;
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
  const auto feeder = Start(photos.Names(), Options(2, 4), clock);
  EXPECT_EQ(feeder->Take(4).size(), 2U);
  const auto failures = feeder->DrainFailures();
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].image, 1U);
  EXPECT_EQ(failures[0].path, photos.Names()[1]);
  EXPECT_THAT(failures[0].error.message, HasSubstr("neither a JPEG"));
  EXPECT_THAT(feeder->DrainFailures(), IsEmpty());
}

TEST(ImageFeeder, VanishedFilesAreFailures) {
  Photos photos(6, {});
  photos.Names().push_back((photos.Folder().Path() / "vanished.png").string());
  const SteadyClock clock;
  const auto feeder = Start(photos.Names(), Options(2, 8), clock);
  EXPECT_EQ(feeder->Take(8).size(), 6U);
  const auto failures = feeder->DrainFailures();
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].error.code, ErrorCode::kNotFound);
}

TEST(ImageFeeder, GoesRoundARepeatedList) {
  Photos photos(7, {2});
  const SteadyClock clock;
  const auto feeder = Start(photos.Names(), Options(3, 4), clock, {.repeat = 3, .most_images = 20});
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
    const auto feeder = Start(photos.Names(), Options(1 + batches % 5, 4), clock);
    for (int i = 0; i < batches % 10; ++i) {
      EXPECT_EQ(feeder->Take(4).size(), 4U);
      feeder->Release(batches % 2 == 0 ? 4 : 1);
    }
  }
}

TEST(ImageFeeder, AnEmptyListIsAtItsEndAtOnce) {
  const SteadyClock clock;
  const auto feeder = Start({}, Options(2, 4), clock);
  EXPECT_THAT(feeder->Take(4), IsEmpty());
  const auto first = feeder->WaitForFirst();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, ErrorCode::kInvalidInput);
}

// Each look at it is one millisecond after the last.
class CountingClock final : public Clock {
 public:
  [[nodiscard]] TimePoint Now() const override {
    return TimePoint(std::chrono::milliseconds(++looks_));
  }

 private:
  mutable std::atomic<int> looks_ = 0;
};

TEST(ImageFeeder, InputWaitIsTheTimeThatTakeWaited) {
  Photos photos(8, {});
  const CountingClock clock;
  const auto feeder = Start(photos.Names(), Options(1, 8), clock);
  EXPECT_EQ(feeder->CurrentStatus().input_wait, Duration(0));
  EXPECT_EQ(feeder->Take(8).size(), 8U);
  const FeederStatus status = feeder->CurrentStatus();
  EXPECT_LE(status.input_wait, clock.Now() - TimePoint());
  EXPECT_EQ(feeder->Take(8).size(), 8U);  // everything is there: no wait
  EXPECT_EQ(feeder->CurrentStatus().input_wait, status.input_wait);
  EXPECT_EQ(status.decoded, 8U);
  EXPECT_GE(status.busy, 8 * std::chrono::milliseconds(1));
}

// A list that goes on while it is read, and ends when it is told to.
class LiveList {
 public:
  LiveList() {
    const std::string path = folder_.Path() / "pipe";
    EXPECT_EQ(mkfifo(path.c_str(), 0600), 0);
    writer_ = open(path.c_str(), O_RDWR);  // so that the list does not end
    EXPECT_GE(writer_, 0);
    stream_ = std::make_unique<ImageStream>(*OpenImageSource(path), StreamOptions{});
  }
  LiveList(const LiveList&) = delete;
  LiveList& operator=(const LiveList&) = delete;
  ~LiveList() { End(); }

  void Add(const std::string& name) const {
    const std::string line = name + '\n';
    EXPECT_EQ(write(writer_, line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }
  void End() {
    if (writer_ >= 0) close(std::exchange(writer_, -1));
  }
  std::unique_ptr<ImageFeeder> Feed(FeederOptions options, const Clock& clock) {
    return *ImageFeeder::Create(std::move(stream_), kBytes, options, clock);
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<ImageStream> stream_;
  int writer_ = -1;
};

TEST(ImageFeeder, AWaitForImagesEndsWhenToldToStop) {
  LiveList list;
  const SteadyClock clock;
  const auto feeder = list.Feed(Options(2, 4), clock);
  EXPECT_THAT(feeder->Take(4, [] { return false; }), IsEmpty());
}

TEST(ImageFeeder, FailuresCanBeDrainedWhileABatchIsWaitedFor) {
  Photos photos(3, {0, 1, 2});
  LiveList list;
  for (const auto& name : photos.Names()) list.Add(name);
  const SteadyClock clock;
  const auto feeder = list.Feed(Options(2, 4), clock);
  Outcome outcome;
  const auto rows = feeder->Take(4, [&] {
    AddFailures(*feeder, outcome);
    return outcome.failed.size() < 3;
  });
  EXPECT_THAT(rows, IsEmpty());
  EXPECT_EQ(outcome.failed, AllBut(3, {}));
}

TEST(ImageFeeder, NoMoreFailuresWaitThanMemoryShouldHold) {
  constexpr int kCount = 20'000;
  const SteadyClock clock;
  const auto feeder =
      Start(std::vector<std::string>(kCount, "/nowhere/a.png"), Options(3, 4), clock);
  std::size_t all = 0;
  std::size_t most = 0;
  const auto drain = [&] {
    const std::size_t failures = feeder->DrainFailures().size();
    most = std::max(most, failures);
    all += failures;
    return true;
  };
  EXPECT_THAT(feeder->Take(4, drain), IsEmpty());
  drain();
  EXPECT_EQ(all, static_cast<std::size_t>(kCount));
  EXPECT_LE(most, 1003U);  // a thread finishes what it has begun
}

TEST(ImageFeeder, AStormOfFailuresDoesNotHoldBackWhatIsReady) {
  Photos photos(2, {});
  std::vector<std::string> names = photos.Names();
  names.resize(20'000, "/nowhere/a.png");
  const SteadyClock clock;
  const auto feeder = Start(names, Options(2, 4), clock);
  std::size_t failures = 0;
  const auto rows = feeder->Take(4, [&] {
    failures += feeder->DrainFailures().size();
    return true;
  });
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_LT(failures, 10'000U);
}

TEST(ImageFeeder, AListThatPausesGivesWhatThereIs) {
  Photos photos(9, {0, 4});
  for (const int threads : {1, 3}) {
    LiveList list;
    for (int i = 0; i < 6; ++i) list.Add(photos.Names()[static_cast<std::size_t>(i)]);
    const SteadyClock clock;
    FeederOptions options = Options(threads, 8);
    options.list_patience = std::chrono::milliseconds(200);
    const auto feeder = list.Feed(options, clock);
    Outcome outcome;
    const auto go_on = [&] {
      AddFailures(*feeder, outcome);
      return true;
    };
    std::multiset<std::uint64_t> got;
    const auto take = [&] {
      const auto rows = feeder->Take(8, go_on);
      const auto* data = static_cast<const std::uint8_t*>(feeder->Data());
      for (const RowInfo& row : rows) {
        EXPECT_TRUE(RowShows(data, row.image)) << row.path;
        got.insert(row.image);
        data += kBytes.BytesPerRow();
      }
      feeder->Release(static_cast<int>(rows.size()));
    };
    while (got.size() < 4) take();
    EXPECT_EQ(got, AllBut(6, {0, 4}));
    for (std::size_t i = 6; i < 9; ++i) list.Add(photos.Names()[i]);
    list.End();
    while (got.size() < 7) take();
    take();
    EXPECT_EQ(got, AllBut(9, {0, 4}));
    AddFailures(*feeder, outcome);
    EXPECT_EQ(outcome.failed, (std::multiset<std::uint64_t>{0, 4}));
  }
}

TEST(ImageFeeder, DecodesSoFarAheadThatABatchOfTwiceTheSizeIsReady) {
  Photos photos(100, {});
  const SteadyClock clock;
  const auto feeder = Start(photos.Names(), Options(1, 40), clock);
  EXPECT_EQ(feeder->Take(12).size(), 12U);
  while (feeder->CurrentStatus().ready < 36) std::this_thread::yield();
  EXPECT_EQ(feeder->CurrentStatus().ready, 36U);  // the batch in use among them
  feeder->Release(12);
  EXPECT_EQ(feeder->Take(24).size(), 24U);
  while (feeder->CurrentStatus().ready < 72) std::this_thread::yield();
  EXPECT_EQ(feeder->CurrentStatus().ready, 72U);
}

TEST(ImageFeeder, MemoryFollowsTheBatchSizeAndRowsSurviveThat) {
  Photos photos(400, {3, 50, 51, 170});
  const SteadyClock clock;
  const auto feeder = Start(photos.Names(), Options(3, 100), clock);
  int size = 1;
  const auto outcome =
      TakeAll(*feeder, photos.Names(), [&] { return size = std::min(100, 2 * size); });
  EXPECT_EQ(outcome.images, AllBut(400, {3, 50, 51, 170}));
}

TEST(ImageFeeder, TakesImagesThatAnArchiveHoldsAndErrorsOfTheSource) {
  // Gives one good picture, one that it could not read, and another good one.
  class Archive final : public ImageSource {
   public:
    bool Next(ImageItem& item, const std::stop_token& /*stop*/) override {
      item = {.name = fmt::format("a.zip/{}.png", next_)};
      if (next_ == 1) item.error = Error{ErrorCode::kInvalidInput, "encrypted"};
      item.content = EncodePng(Solid(5, 6, Photos::ColourOf(next_)));
      return next_++ < 3;
    }
    Status Rewind() override { return {}; }
    [[nodiscard]] std::string NothingFound() const override { return ""; }

   private:
    int next_ = 0;
  };
  const SteadyClock clock;
  auto stream = std::make_unique<ImageStream>(std::make_unique<Archive>(), StreamOptions{});
  const auto feeder = *ImageFeeder::Create(std::move(stream), kBytes, Options(2, 4), clock);
  const auto rows = feeder->Take(4);
  ASSERT_EQ(rows.size(), 2U);
  const auto* data = static_cast<const std::uint8_t*>(feeder->Data());
  for (const RowInfo& row : rows) {
    EXPECT_EQ(row.path, fmt::format("a.zip/{}.png", row.image));
    EXPECT_TRUE(RowShows(data, row.image));
    data += kBytes.BytesPerRow();
  }
  const auto failures = feeder->DrainFailures();
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].path, "a.zip/1.png");
  EXPECT_EQ(failures[0].error.message, "encrypted");
}

TEST(ImageFeeder, MemoryLimitSaysTheLargestBatchThatFits) {
  Photos photos(1, {});
  const SteadyClock clock;
  FeederOptions options = Options(1, 10);
  options.memory_limit_bytes = 7 * kBytes.BytesPerRow() + 1;
  const auto refused = ImageFeeder::Create(StreamOf(photos.Names()), kBytes, options, clock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidInput);
  EXPECT_THAT(refused.error().message, HasSubstr("the largest batch size that fits is 7"));
}

TEST(ImageFeeder, WorksWithNoMoreMemoryThanOneBatch) {
  Photos photos(30, {4});
  const SteadyClock clock;
  FeederOptions options = Options(3, 8);
  options.memory_limit_bytes = 8 * kBytes.BytesPerRow();
  const auto feeder = Start(photos.Names(), options, clock);
  const auto outcome = TakeAll(*feeder, photos.Names(), [] { return 8; });
  EXPECT_EQ(outcome.images, AllBut(30, {4}));
}

TEST(ImageFeeder, RefusesThreadsAndModelsOutOfRange) {
  Photos photos(1, {});
  const SteadyClock clock;
  EXPECT_EQ(
      ImageFeeder::Create(StreamOf(photos.Names()), kBytes, Options(0, 1), clock).error().code,
      ErrorCode::kInvalidInput);
  InputSpec four_channels = kBytes;
  four_channels.channels = 4;
  EXPECT_EQ(ImageFeeder::Create(StreamOf(photos.Names()), four_channels, Options(1, 1), clock)
                .error()
                .code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace batchsizer::flow
