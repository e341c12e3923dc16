#include "cli/view/layout.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "cli/view/testing.h"

namespace batchsizer::cli::view {
namespace {

using testing::MakeRun;
using testing::MakeWindow;

std::string Text(const Model& model, int width, int height, bool unicode = true) {
  std::string text = "\n";  // as raw strings of several lines begin
  text += Render(model, width, height, unicode).ToText();
  return text;
}

TEST(Layout, FillsAUsualTerminal) {
  EXPECT_EQ(Text(MakeRun(), 80, 24), R"(
 zoo:mobilenet-v1 on emulated:p40, policy batchsizer    emulated time and power
 ████████████░░░░░░░░░░░░   51.7 %  103,425 of 200,000   0:01:15   left 0:01:12
 power   121.2 W peak  cap 130 W   93 %             last 1 min of emulated time
       180 W │━━━━━━━━━━━━━━━━━━━━━
             │▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅
   cap 130 W │█████████████████████╋╋╋━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
             │█████████████████████████████████████████████████████████████████
        60 W │█████████████████████████████████████████████████████████████████
             │█████████████████████████████████████████████████████████████████
         0 W │█████████████████████████████████████████████████████████████████
             └-1 min ────────────────────── -30 s ───────────────────────── now
 batch     8 │███████████████████████▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅
 img/s 1,536 │████████████████████████▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆
 above cap 2 windows, 2 s, 3.3 %       input wait 2.0 %   failed 1
 J/image 0.0789     clock 1531 MHz     mean 1,724/s       changes 1
── decisions, newest first ─────────────────────────────────────────────────────
        now  keep       8               close enough to the cap (121.2 of 130 W)
   22.000 s  lower      64 → 8          power is above the cap (168.5 of 130 W)


── 1 message, newest first ─────────────────────────────────────────────────────
 photos/a.jpg: the file ends too early

 q finish   ? help
)");
}

TEST(Layout, UsesTheRoomOfALargeOne) {
  EXPECT_EQ(Text(MakeRun(), 120, 40), R"(
 batchsizer  zoo:mobilenet-v1 on emulated:p40, policy batchsizer                                emulated time and power
 █████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░   51.7 %  103,425 of 200,000   0:01:15   left 0:01:12
 power   121.2 W peak  cap 130 W   93 %                                                     last 1 min of emulated time
             │
       225 W │
             │
             │━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
       180 W │
             │▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
             │███████████████████████████████████▓▓▓▓
       135 W │███████████████████████████████████▓▓▓▓
   cap 130 W │███████████████████████████████████╋╋╋╋━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
             │█████████████████████████████████████████████████████████████████████████████████████████████████████████
        90 W │█████████████████████████████████████████████████████████████████████████████████████████████████████████
             │█████████████████████████████████████████████████████████████████████████████████████████████████████████
             │█████████████████████████████████████████████████████████████████████████████████████████████████████████
        45 W │█████████████████████████████████████████████████████████████████████████████████████████████████████████
             │█████████████████████████████████████████████████████████████████████████████████████████████████████████
             │█████████████████████████████████████████████████████████████████████████████████████████████████████████
         0 W │█████████████████████████████████████████████████████████████████████████████████████████████████████████
             └-1 min ────────────────────────────────────────── -30 s ───────────────────────────────────────────── now
 batch       │██████████████████████████████████████
             │██████████████████████████████████████▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆
           8 │█████████████████████████████████████████████████████████████████████████████████████████████████████████
 img/s       │██████████████████████████████████████▅▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
             │█████████████████████████████████████████████████████████████████████████████████████████████████████████
       1,536 │█████████████████████████████████████████████████████████████████████████████████████████████████████████
 above cap 2 windows, 2 s, 3.3 %       input wait 2.0 %   failed 1           J/image 0.0789     clock 1531 MHz
 mean 1,724/s       changes 1
── decisions, newest first ─────────────────────────────────────────────────────── ── 1 message, newest first ──────────
        now  keep       8               close enough to the cap (121.2 of 130 W)    photos/a.jpg: the file ends too ear…
   22.000 s  lower      64 → 8          power is above the cap (168.5 of 130 W)







 q finish   ? help
)");
}

TEST(Layout, KeepsWhatMattersInASmallOne) {
  EXPECT_EQ(Text(MakeRun(), 60, 15), R"(
 zoo:mobilenet-v1 on emulated:p40, policy batchs…  emulated
  51.7 %  103,425 of 200,000   0:01:15   left 0:01:12
 power   121.2 W peak  cap 130 W   93 %
             │━━━━━━━━━━━━━━━
   cap 130 W │▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆╋╋━━━━━━━━━━━━━━━━━━━━━━━━━━━━
             │█████████████████████████████████████████████
         0 W │█████████████████████████████████████████████
             └-1 min ──────────── -30 s ─────────────── now
 batch     8 │████████████████▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅
 images/s 1,536     above cap 2 windows, 2 s, 3.3 %
 input wait 2.0 %   failed 1           J/image 0.0789
        now  keep  8          close enough to the cap
   22.000 s  lower 64 → 8     power is above the cap
 photos/a.jpg: the file ends too early
 q finish   ? help
)");
}

TEST(Layout, WorksInAscii) {
  EXPECT_EQ(Text(MakeRun(), 60, 15, false), R"(
 zoo:mobilenet-v1 on emulated:p40, policy batch..  emulated
  51.7 %  103,425 of 200,000   0:01:15   left 0:01:12
 power   121.2 W peak  cap 130 W   93 %
             |---------------
   cap 130 W |:::::::::::::::++----------------------------
             |:::::::::::::::::::::::::::::::::::::::::::::
         0 W |:::::::::::::::::::::::::::::::::::::::::::::
             +-1 min ------------ -30 s --------------- now
 batch     8 |################-----------------------------
 images/s 1,536     above cap 2 windows, 2 s, 3.3 %
 input wait 2.0 %   failed 1           J/image 0.0789
        now  keep  8          close enough to the cap
   22.000 s  lower 64 -> 8    power is above the cap
 photos/a.jpg: the file ends too early
 q finish   ? help
)");
}

TEST(Layout, ShowsARunThatHasNotBegun) {
  EXPECT_EQ(Text(Model(DisplayOptions{.model = "m", .device = "cpu", .policy = "fixed"}), 60, 12),
            R"(
 batchsizer  m on cpu, policy fixed
 0 done   0:00:00   left -:--:--
 power  waiting for the first window



             └-1 s ───────────── -0.5 s ─────────────── now
 batch       │
 above cap none of 0 windows           input wait 0 %
 failed 0           J/image -          clock not set

 q finish   ? help
)");
}

TEST(Layout, NamesTheNewCapWhereTheWindowKeptItsOwn) {
  Model model(DisplayOptions{.model = "m", .device = "cpu", .policy = "batchsizer"});
  for (const double peak_w : {160.0, 210.0}) {
    WindowRecord window = MakeWindow(
        {.from_s = peak_w, .to_s = peak_w + 1, .peak_w = peak_w, .cap_w = 200, .batch_size = 64});
    window.decision = {{BatchSize(1), std::nullopt}, Action::kLower, Reason::kAboveCap};
    model.AddWindow(window);
  }
  const std::string text = Text(model, 80, 24);
  EXPECT_NE(text.find("power is above the new cap (160.0 W)"), std::string::npos) << text;
  EXPECT_NE(text.find("power is above the cap (210.0 of 200 W)"), std::string::npos) << text;
}

}  // namespace
}  // namespace batchsizer::cli::view
