// The mended search on hand-made curves: what it remembers and what it forgets.
#include "control/policy/cap_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace batchsizer::policy {
namespace {

using ::testing::ElementsAre;

// Powers by index; each window runs what the one before decided.
double DoubleOf(std::size_t index) { return static_cast<double>(index); }

class Bench {
 public:
  Bench(CapSearch::Options options, std::vector<double> powers)
      : search_(options), powers_(std::move(powers)), index_(options.initial) {}

  // One window; returns where the search goes next.
  CapSearch::Output Window(double cap_w, double factor = 1.0) {
    CapSearch::Input in;
    in.index = index_;
    in.allowed = powers_.size();
    in.peak = Watts(factor * powers_[index_]);
    in.cap = Watts(cap_w);
    in.window_cap = last_cap_;
    in.throughput = ImagesPerSecond(pace * (gain_ ? 100.0 + 10.0 * DoubleOf(index_) : 100.0));
    in.amount = amounts.empty() ? 1.0 : amounts[index_];
    last_cap_ = in.cap;
    const auto out = search_.Step(in);
    index_ = out.index;
    return out;
  }
  std::vector<std::size_t> Windows(int count, double cap_w) {
    std::vector<std::size_t> visited;
    visited.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) visited.push_back(Window(cap_w).index);
    return visited;
  }
  void Flatten() { gain_ = false; }
  double pace = 1.0;            // of all throughputs
  std::vector<double> amounts;  // by index
  [[nodiscard]] std::size_t index() const { return index_; }

 private:
  CapSearch search_;
  std::vector<double> powers_;
  std::size_t index_;
  Watts last_cap_{1e9};
  bool gain_ = true;
};

CapSearch::Options Halving(std::size_t count) {
  CapSearch::Options options;
  options.count = count;
  options.retries_from_band = true;
  return options;
}

const std::vector<double> kNine{40, 50, 60, 70, 80, 100, 120, 140, 160};

TEST(CapSearch, HalvesUpwardsBelowTheBand) {
  Bench bench(Halving(9), kNine);
  EXPECT_THAT(bench.Windows(4, 400), ElementsAre(4, 6, 7, 8));
}

TEST(CapSearch, TriesABreakerOnceMoreAndThenLeavesItAlone) {
  Bench bench(Halving(2), {40, 120});
  int visits = 0;
  for (int w = 0; w < 1000; ++w) visits += bench.Window(100).index == 1 ? 1 : 0;
  EXPECT_EQ(visits, 2);
}

TEST(CapSearch, DoesNotAlternateWhereNeighboursJumpAcrossTheBand) {
  Bench bench(Halving(3), {40, 60, 110});
  bench.Windows(10, 100);
  EXPECT_THAT(bench.Windows(3, 100), ElementsAre(1, 1, 1));
}

TEST(CapSearch, GoesToTheLargestKnownToFitWhenTheCapFalls) {
  Bench bench(Halving(9), kNine);
  bench.Windows(6, 400);
  ASSERT_EQ(bench.index(), 8U);
  const auto out = bench.Window(130);
  EXPECT_EQ(out.index, 6U);
  EXPECT_EQ(out.reason, Reason::kAboveCap);
}

TEST(CapSearch, ReturnsInOneJumpToAKnownSettingWhenTheCapRises) {
  Bench bench(Halving(9), kNine);
  bench.Windows(6, 400);
  bench.Windows(6, 130);
  const auto out = bench.Window(400);
  EXPECT_EQ(out.reason, Reason::kKnownToFit);
  EXPECT_EQ(out.index, 8U);
}

TEST(CapSearch, ACapThatRisesOpensWhatIsOnHoldUnderTheOneBefore) {
  Bench bench(Halving(4), {50, 106, 126, 143});
  bench.Windows(300, 125);  // so often above the cap that it is left alone for long
  EXPECT_EQ(bench.index(), 1U);
  bench.Windows(3, 127);
  EXPECT_EQ(bench.index(), 2U);
  bench.Windows(10, 170);
  EXPECT_EQ(bench.index(), 3U);
}

TEST(CapSearch, ReturnsAfterASpikeToWhereItWas) {
  Bench bench(Halving(9), kNine);
  bench.Windows(20, 128);
  const std::size_t settled = bench.index();
  EXPECT_LT(bench.Window(128, 2.0).index, settled);
  bench.Windows(20, 128);
  EXPECT_EQ(bench.index(), settled);
}

TEST(CapSearch, WaitsForASecondWindowBeforeItFollowsAFall) {
  Bench bench(Halving(9), kNine);
  bench.Windows(20, 128);
  const std::size_t settled = bench.index();
  const auto out = bench.Window(128, 0.5);
  EXPECT_EQ(out.index, settled);
  EXPECT_EQ(out.reason, Reason::kUnconfirmed);
  EXPECT_GT(bench.Window(128, 0.5).index, settled);
}

TEST(CapSearch, TurnsBackFromALargerSettingThatBringsNothing) {
  CapSearch::Options options = Halving(5);
  options.least_gain = 0.01;
  Bench bench(options, {40, 41, 42, 43, 44});
  bench.Flatten();
  EXPECT_EQ(bench.Window(400).index, 2U);
  EXPECT_EQ(bench.Window(400).reason, Reason::kUnconfirmed);
  const auto out = bench.Window(400);
  EXPECT_EQ(out.index, 0U);
  EXPECT_EQ(out.reason, Reason::kNoGain);
  bench.Windows(20, 400);
  EXPECT_EQ(bench.index(), 0U);
}

TEST(CapSearch, DoesNotTakeAPauseOfTheInputForALackOfGain) {
  CapSearch::Options options = Halving(2);
  options.least_gain = 0.01;
  Bench bench(options, {40, 50});
  bench.Window(400);
  ASSERT_EQ(bench.index(), 1U);
  bench.pace = 0.1;
  bench.Window(400);
  bench.pace = 1.0;
  bench.Windows(20, 400);
  EXPECT_EQ(bench.index(), 1U);
}

TEST(CapSearch, TriesAgainWhatBroughtNoGainOnceThroughputHasChanged) {
  CapSearch::Options options = Halving(2);
  options.least_gain = 0.01;
  Bench bench(options, {40, 50});
  bench.Flatten();  // the input is the bottleneck, say
  bench.Windows(10, 400);
  ASSERT_EQ(bench.index(), 0U);
  bench.pace = 2.0;
  bench.Windows(2, 400);
  EXPECT_EQ(bench.index(), 1U);
}

TEST(CapSearch, ExpectsLessGainOfASmallerStep) {
  CapSearch::Options options = Halving(2);
  options.least_gain = 0.2;  // for a doubling
  Bench bench(options, {40, 41});
  bench.amounts = {20, 22};  // brings 10 %, and 0.2 x log2(1.1) is less than 3 %
  bench.Windows(10, 400);
  EXPECT_EQ(bench.index(), 1U);
  Bench doubling(options, {40, 41});
  doubling.amounts = {1, 2};
  doubling.Windows(10, 400);
  EXPECT_EQ(doubling.index(), 0U);
}

TEST(CapSearch, ComesBackToASettingThatBreaksTheCapNowAndThen) {
  Bench bench(Halving(2), {45, 94});
  int chosen = 0;
  for (int w = 1; w <= 4000; ++w) {
    chosen += bench.index() == 1 ? 1 : 0;
    const bool spike = bench.index() == 1 && (w % 150 == 0 || w % 150 == 3);
    bench.Window(100, spike ? 1.08 : 1.0);
  }
  EXPECT_GT(chosen, 3600);
}

TEST(CapSearch, ComesBackToASettingThatWasOnlyInferredToBreakTheCap) {
  Bench bench(Halving(2), {45, 94});
  bench.Windows(10, 100);
  ASSERT_EQ(bench.index(), 1U);
  bench.Window(100, 1.2);  // a spike drives it down, two more make it a new world
  bench.Window(100, 1.2);
  bench.Window(100, 1.2);
  bench.Windows(40, 100);
  EXPECT_EQ(bench.index(), 1U);
}

TEST(CapSearch, SaysThatNothingIsLower) {
  Bench bench(Halving(9), kNine);
  const auto out = bench.Window(30);
  EXPECT_EQ(out.index, 0U);
  EXPECT_EQ(out.reason, Reason::kNothingLower);
}

TEST(CapSearch, StaysWithinTheLimitOfWhatIsAllowed) {
  CapSearch search(Halving(9));
  CapSearch::Input in;
  in.allowed = 3;
  in.cap = in.window_cap = Watts(400);
  for (int w = 0; w < 10; ++w) {
    in.peak = Watts(kNine[in.index]);
    in.index = search.Step(in).index;
    EXPECT_LT(in.index, 3U);
  }
  EXPECT_EQ(in.index, 2U);
}

TEST(CapSearch, ClimbsOneByOneWhereAsked) {
  CapSearch::Options options = Halving(9);
  options.stride = CapSearch::Stride::kOne;
  Bench bench(options, kNine);
  EXPECT_THAT(bench.Windows(4, 400), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(bench.Windows(2, 65), ElementsAre(3, 2));
}

TEST(CapSearch, RemembersNoMoreThanItHasRoomFor) {
  std::vector<double> powers;
  powers.reserve(2000);
  for (int i = 0; i < 2000; ++i) powers.push_back(40 + i * 0.1);
  CapSearch::Options options = Halving(powers.size());
  options.stride = CapSearch::Stride::kOne;
  Bench bench(options, powers);
  bench.Windows(1500, 400);
  EXPECT_EQ(bench.index(), 1500U);
  EXPECT_LT(bench.Window(100).index, 1500U);
}

}  // namespace
}  // namespace batchsizer::policy
