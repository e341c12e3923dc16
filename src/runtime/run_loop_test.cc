#include "runtime/run_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <vector>

namespace batchsizer::runtime {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

// Images numbered from 0; what was taken and not released comes again.
class Numbers final : public BatchSource {
 public:
  explicit Numbers(int count) : left_(count) {}
  ReadyBatch Take(int wanted) override {
    if (while_waiting) while_waiting(takes);
    ++takes;
    return {.rows = std::min(wanted, left_), .data = nullptr, .images = {}};
  }
  void Release(int rows) override { left_ -= rows; }
  [[nodiscard]] int left() const { return left_; }

  std::function<void(int take)> while_waiting;  // the how manieth
  int takes = 0;

 private:
  int left_;
};

// Runs out of memory above a limit, or breaks at a given run.
class FakeEngine final : public Engine {
 public:
  [[nodiscard]] const EngineInfo& Info() const override { return info_; }
  Status Prepare(BatchSize) override { return {}; }
  Result<OutputBatch> Run(const InputBatch& batch) override {
    ran.push_back(batch.size.value());
    if (batch.size.value() > most) {
      return MakeError(ErrorCode::kOutOfMemory, "fake: out of memory");
    }
    if (fails_at == static_cast<int>(ran.size())) {
      return MakeError(ErrorCode::kInternal, "fake: broken");
    }
    time_base.Advance(std::chrono::milliseconds(10));
    return OutputBatch{};
  }

  VirtualClock time_base;
  std::vector<int> ran;
  int most = 1 << 20;
  int fails_at = 0;

 private:
  EngineInfo info_;
};

// One reading after every batch; 50 W, if nothing else is said.
class FakeMeter final : public PowerMeter {
 public:
  explicit FakeMeter(const Clock& clock) : clock_(clock) {}
  [[nodiscard]] const MeterInfo& Info() const override { return info_; }
  std::size_t Drain(std::span<PowerReading> out) override {
    if (clock_.Now() == last_) return 0;
    last_ = clock_.Now();
    out[0] = {last_, power()};
    return 1;
  }

  std::function<Watts()> power = [] { return Watts(50); };

 private:
  const Clock& clock_;
  MeterInfo info_;
  TimePoint last_{};
};

class Results final : public ResultSink {
 public:
  Status OnBatch(std::int64_t index, const ReadyBatch& batch, const OutputBatch&) override {
    if (index == refuses_at) return MakeError(ErrorCode::kIo, "results: disk full");
    indices.push_back(index);
    rows.push_back(batch.rows);
    return {};
  }
  std::int64_t refuses_at = -1;
  std::vector<std::int64_t> indices;
  std::vector<int> rows;
};

class Images final : public RecordSink {
 public:
  void OnWindow(const WindowRecord& record) override { count += record.images; }
  void OnNotice(const Notice&) override {}
  std::int64_t count = 0;
};

class RunLoop : public ::testing::Test {
 protected:
  Result<RunOutcome> Run(Numbers& source) {
    ControllerOptions options;
    options.policy.batch_sizes = {BatchSize(1), BatchSize(4), BatchSize(16)};
    ControllerParts parts;
    parts.meter = &meter_;
    parts.cap = &cap_;
    parts.clock = &engine_.time_base;
    parts.sink = &images_;
    const auto controller = Controller::Create(options, parts).value();
    return RunAll({.engine = &engine_,
                   .source = &source,
                   .controller = controller.get(),
                   .results = &results_},
                  stop_);
  }

  FakeEngine engine_;
  FakeMeter meter_{engine_.time_base};
  AdjustableCap cap_{Watts(1000)};
  Results results_;
  Images images_;
  std::atomic<bool> stop_{false};
};

TEST_F(RunLoop, RunsEveryImageOnceAndNumbersTheBatches) {
  Numbers source(1001);
  const auto outcome = Run(source);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->images, 1001);
  EXPECT_FALSE(outcome->stopped);
  EXPECT_EQ(source.left(), 0);
  EXPECT_EQ(std::accumulate(results_.rows.begin(), results_.rows.end(), 0), 1001);
  EXPECT_EQ(images_.count, 1001);
  EXPECT_EQ(outcome->batches, static_cast<std::int64_t>(results_.rows.size()));
  for (std::size_t i = 0; i < results_.indices.size(); ++i) {
    EXPECT_EQ(results_.indices[i], static_cast<std::int64_t>(i));
  }
}

TEST_F(RunLoop, ChangesTheBatchSizeOnTheFly) {
  Numbers source(1000);
  ASSERT_TRUE(Run(source).has_value());
  EXPECT_EQ(engine_.ran.front(), 1);
  EXPECT_EQ(*std::max_element(engine_.ran.begin(), engine_.ran.end()), 16);
}

// With images that come slowly, most of the time passes while they are waited for.
TEST_F(RunLoop, ABatchObeysTheCapThatHoldsWhenItsImagesAreThere) {
  for (const int at : {100, 101, 102, 103, 104, 105, 106, 107, 108, 109}) {
    engine_.ran.clear();
    cap_.Set(Watts(1000));
    Numbers source(4000);
    meter_.power = [&] { return Watts(engine_.ran.back() == 16 ? 200 : 50); };
    source.while_waiting = [&](int take) {
      if (take == at) cap_.Set(Watts(100));
    };
    const auto outcome = Run(source);
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->images, 4000);
    ASSERT_EQ(engine_.ran[static_cast<std::size_t>(at) - 1], 16);
    EXPECT_LT(engine_.ran[static_cast<std::size_t>(at)], 16) << at;
  }
}

TEST_F(RunLoop, OfNoImagesIsNothing) {
  Numbers source(0);
  const auto outcome = Run(source);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->batches, 0);
  EXPECT_TRUE(engine_.ran.empty());
}

TEST_F(RunLoop, LosesNothingAndRepeatsNothingWhenMemoryRunsOut) {
  engine_.most = 5;
  Numbers source(500);
  const auto outcome = Run(source);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->images, 500);
  EXPECT_EQ(std::accumulate(results_.rows.begin(), results_.rows.end(), 0), 500);
  EXPECT_EQ(images_.count, 500);
  EXPECT_EQ(std::count(engine_.ran.begin(), engine_.ran.end(), 16), 1);
  EXPECT_THAT(results_.rows, Each(::testing::Le(4)));
}

TEST_F(RunLoop, GivesUpWhereNotEvenTheSmallestFits) {
  engine_.most = 0;
  Numbers source(10);
  const auto outcome = Run(source);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(source.left(), 10);
}

TEST_F(RunLoop, PassesOnTheEnginesErrorAndKeepsTheResultsSoFar) {
  engine_.fails_at = 4;
  Numbers source(100);
  const auto outcome = Run(source);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_THAT(outcome.error().message, HasSubstr("broken"));
  EXPECT_EQ(results_.rows.size(), 3U);
  EXPECT_EQ(images_.count, 3);  // the partial window was closed
}

TEST_F(RunLoop, PassesOnAFailureToWriteResults) {
  results_.refuses_at = 2;
  Numbers source(100);
  const auto outcome = Run(source);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kIo);
}

TEST_F(RunLoop, StopsWhenAsked) {
  stop_ = true;
  Numbers source(100);
  const auto outcome = Run(source);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_TRUE(outcome->stopped);
  EXPECT_EQ(outcome->images, 0);
}

}  // namespace
}  // namespace batchsizer::runtime
