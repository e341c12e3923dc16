#include "cli/progress_bar.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/terminal.h"

namespace batchsizer::cli {
namespace {

constexpr int kWidth = 20;
constexpr Duration kRewriteEvery = std::chrono::milliseconds(100);

std::string TimeText(double seconds) {
  const auto whole = std::llround(std::ceil(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

}  // namespace

std::string ProgressBarText(std::string_view what, int done, int total, double seconds) {
  const auto filled = static_cast<int>(std::int64_t{kWidth} * done / total);
  std::string text =
      fmt::format("{} [{:#<{}}{:-<{}}] {}/{}", what, "", filled, "", kWidth - filled, done, total);
  if (done == 0 || seconds <= 0) return text;
  const double rate = done / seconds;
  return text + fmt::format("  {:.{}f}/s  {} left", rate, rate < 10 ? 1 : 0,
                            TimeText((total - done) / rate));
}

ProgressBar::ProgressBar(std::string_view what, int total, bool shown, const Clock& wall)
    : what_(what), total_(total), shown_(shown), wall_(wall), start_(wall.Now()), last_(start_) {}

ProgressBar::~ProgressBar() {
  if (shown_) ClearStatus();
}

void ProgressBar::Advance() {
  if (!shown_) return;
  const std::lock_guard lock(mutex_);
  ++done_;
  const TimePoint now = wall_.Now();
  if (now - last_ < kRewriteEvery) return;
  last_ = now;
  ShowStatus(ProgressBarText(what_, done_, total_, ToSeconds(now - start_)));
}

}  // namespace batchsizer::cli
