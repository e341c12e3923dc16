// Figure 4: one search of Algorithm 1, window by window.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "record/reason_text.h"
#include "sim/experiment/figure_base.h"
#include "sim/experiment/figures.h"

namespace batchsizer::sim {
namespace {

using record::Figure;
using record::Panel;
using record::Role;
using record::Scale;
using record::Series;
using record::SeriesKind;

// A search that takes longer is none that can be looked at.
constexpr std::size_t kMostWindows = 10;
constexpr std::size_t kWindowsAfter = 2;

std::size_t WindowsToShow(const PolicyRun& run) {
  return std::min(run.windows.size(), run.WindowsToSettle() + 1 + kWindowsAfter);
}

bool Lowers(const PolicyRun& run) {
  return std::any_of(run.windows.begin(), run.windows.end(), [](const WindowRecord& window) {
    return window.decision.action == Action::kLower;
  });
}

// The job with the longest search that ends, one in both directions if there is one.
const JobResult* JobToShow(const PaperResults& results) {
  const JobResult* best = nullptr;
  std::size_t most = 0;
  for (const JobResult& result : results.jobs) {
    const PolicyRun* run = result.Find("paper");
    if (run == nullptr || run->WindowsToSettle() > kMostWindows) continue;
    const std::size_t interest = 1 + run->WindowsToSettle() + (Lowers(*run) ? kMostWindows : 0);
    if (interest <= most) continue;
    most = interest;
    best = &result;
  }
  return best;
}

// Whole windows from the first on, with room for the last.
record::Axis WindowAxis(std::size_t count) {
  return {.label = "Window",
          .unit = "10 batches",
          .least = 1,
          .most = static_cast<double>(std::max<std::size_t>(count + 1, 8))};
}

Panel PowerPanel(const PolicyRun& run, Watts cap, std::size_t count) {
  Panel panel;
  panel.title = "Peak power of each window, and what was decided at its end";
  panel.x = WindowAxis(count);
  panel.y = {.label = "Peak power", .unit = "W", .least = 0};
  Series power{.name = "peak power", .kind = SeriesKind::kLine, .role = Role::kPower};
  for (std::size_t i = 0; i < count; ++i) {
    const WindowRecord& window = run.windows[i];
    const double number = static_cast<double>(i + 1);
    const double peak = window.peak_power ? window.peak_power->value() : record::kNoValue;
    power.x.push_back(number);
    power.y.push_back(peak);
    const auto facts = record::FactsOf(window);
    panel.annotations.push_back({.x = number,
                                 .y = window.peak_power ? peak : 0,
                                 .text = fmt::format("{}: {}", record::DescribeAction(facts),
                                                     record::DescribeReason(facts))});
  }
  panel.series = {std::move(power)};
  panel.references = {{.name = "cap", .x = {}, .y = {cap.value()}}};
  panel.bands = {
      {.name = "band", .x = {}, .low = {kPaperAlpha * cap.value()}, .high = {cap.value()}}};
  return panel;
}

Panel SizePanel(const PolicyRun& run, std::size_t count) {
  Panel panel;
  panel.title = "Batch size";
  panel.x = WindowAxis(count);
  panel.y = {.label = "Batch size", .unit = "images", .scale = Scale::kLog2};
  Series size{.name = "batch size", .kind = SeriesKind::kSteps, .role = Role::kBatchSize};
  for (std::size_t i = 0; i < count; ++i) {
    size.x.push_back(static_cast<double>(i + 1));
    size.y.push_back(run.windows[i].setting.batch_size.value());
  }
  panel.series = {std::move(size)};
  return panel;
}

}  // namespace

Figure Figure4(const PaperResults& results) {
  Figure figure = EmulatedFigure("fig4", "Fig. 4", "A search of Algorithm 1");
  const JobResult* job = JobToShow(results);
  if (job == nullptr) return figure;
  const PolicyRun& run = *job->Find("paper");
  const std::size_t count = WindowsToShow(run);
  figure.caption = fmt::format(
      "{}. It begins at batch size 1 and halves what is left of the list of sizes until the peak "
      "lies within the band from {:.0f} % of the cap to the cap, or nothing is left.",
      TitleOfJob(job->job), 100 * kPaperAlpha);
  figure.panels = {PowerPanel(run, job->job.power_cap, count), SizePanel(run, count)};
  return figure;
}

}  // namespace batchsizer::sim
