#include "cli/view/model.h"

#include <gtest/gtest.h>

#include "cli/view/testing.h"

namespace batchsizer::cli::view {
namespace {

using testing::MakeWindow;

WindowRecord Decided(Action action, int from, int to) {
  WindowRecord window = MakeWindow({.to_s = 1, .peak_w = 50, .batch_size = from, .images = 10});
  window.decision = {{BatchSize(to), std::nullopt}, action, Reason::kBelowBand};
  return window;
}

TEST(Model, RemembersTheDecisionsThatChangedSomething) {
  Model model{DisplayOptions{}};
  model.AddWindow(Decided(Action::kKeep, 4, 4));
  model.AddWindow(Decided(Action::kRaise, 4, 8));
  model.AddWindow(Decided(Action::kKeep, 8, 8));
  ASSERT_EQ(model.decisions.size(), 1U);
  EXPECT_EQ(model.decisions[0].from.batch_size, BatchSize(4));
  EXPECT_EQ(model.decisions[0].decision.setting.batch_size, BatchSize(8));
  EXPECT_EQ(model.images, 30);
}

TEST(Model, SaysOnceThatTheCapCannotBeMet) {
  Model model{DisplayOptions{}};
  for (int at = 0; at < 5; ++at) model.AddWindow(Decided(Action::kImpossible, 1, 1));
  EXPECT_EQ(model.decisions.size(), 1U);
}

TEST(Model, ForgetsTheOldestDecisionsAndMessages) {
  Model model{DisplayOptions{}};
  for (int at = 1; at <= 100; ++at) {
    model.AddWindow(Decided(Action::kRaise, at, at + 1));
    model.AddMessage("message " + std::to_string(at));
  }
  EXPECT_EQ(model.decisions.size(), Model::kDecisions);
  EXPECT_EQ(model.decisions.back().from.batch_size, BatchSize(100));
  EXPECT_EQ(model.messages.size(), Model::kMessages);
  EXPECT_EQ(model.messages.back(), "message 100");
  EXPECT_EQ(model.message_count, 100);
}

TEST(Model, CountsWindowsAboveTheCap) {
  Model model{DisplayOptions{}};
  model.AddWindow(MakeWindow({.to_s = 1, .peak_w = 101}));
  model.AddWindow(MakeWindow({.from_s = 1, .to_s = 2, .peak_w = 100.2}));
  model.AddWindow(MakeWindow({.from_s = 2, .to_s = 3, .peak_w = -1}));
  EXPECT_EQ(model.windows_above_cap, 1);
}

TEST(Model, TakesTheFirstLineOfAMessageWithoutOurName) {
  Model model{DisplayOptions{}};
  model.AddMessage("batchsizer: a.jpg: is empty\nand more\n");
  EXPECT_EQ(model.messages.back(), "a.jpg: is empty");
}

}  // namespace
}  // namespace batchsizer::cli::view
