// Figures 7 and 8: five jobs over time.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/experiment/figure_base.h"
#include "sim/experiment/figures.h"
#include "sim/experiment/paper_experiment.h"

namespace batchsizer::sim {
namespace {

using record::Figure;
using record::Panel;
using record::Scale;
using record::Series;
using record::SeriesKind;

// A run has tens of thousands of readings; what counts is the highest.
constexpr std::size_t kMostPoints = 600;

double Seconds(TimePoint time) { return ToSeconds(time.time_since_epoch()); }

// The highest reading of each of a few hundred stretches of equal count.
Series PowerOf(const PolicyRun& run) {
  Series series{.name = run.policy, .role = record::RoleOfPolicy(run.policy)};
  const auto& readings = run.readings;
  const std::size_t step = (readings.size() + kMostPoints - 1) / kMostPoints;
  for (std::size_t from = 0; from < readings.size(); from += step) {
    const auto begin = readings.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end =
        readings.begin() + static_cast<std::ptrdiff_t>(std::min(from + step, readings.size()));
    const auto highest = std::max_element(
        begin, end, [](const auto& a, const auto& b) { return a.power < b.power; });
    series.x.push_back(Seconds((end - 1)->time));
    series.y.push_back(highest->power.value());
  }
  return series;
}

Series SizesOf(const PolicyRun& run) {
  Series series{
      .name = run.policy, .kind = SeriesKind::kSteps, .role = record::RoleOfPolicy(run.policy)};
  const auto add = [&](TimePoint time, double size) {
    series.x.push_back(Seconds(time));
    series.y.push_back(size);
  };
  for (const WindowRecord& window : run.windows) {
    const double size = window.setting.batch_size.value();
    if (series.y.empty() || series.y.back() != size) add(window.start, size);
  }
  if (!run.windows.empty()) add(run.windows.back().end, series.y.back());
  return series;
}

// What a panel shows of a job, and how.
struct Look {
  record::Axis y;
  Series (*series_of)(const PolicyRun&);
  bool with_cap = false;
};

Panel PanelOf(const JobResult& job, const PoliciesShown& shown, const Look& look) {
  Panel panel;
  panel.title = TitleOfJob(job.job);
  panel.x = {.label = "Time", .unit = "s"};
  panel.y = look.y;
  for (const std::string& policy : shown.policies) {
    const PolicyRun* run = job.Find(policy);
    if (run != nullptr) panel.series.push_back(look.series_of(*run));
  }
  if (look.with_cap) {
    panel.references = {{.name = "cap", .x = {}, .y = {job.job.power_cap.value()}}};
  }
  return panel;
}

std::vector<Panel> PanelsOf(const PaperResults& results, const PoliciesShown& shown,
                            const Look& look) {
  std::vector<Panel> panels;
  for (const int number : ShownJobs()) {
    const JobResult* job = results.FindJob(number);
    if (job == nullptr) continue;
    Panel panel = PanelOf(*job, shown, look);
    if (!panel.series.empty()) panels.push_back(std::move(panel));
  }
  return panels;
}

}  // namespace

Figure Figure7(const PaperResults& results, const PoliciesShown& shown) {
  Figure figure = EmulatedFigure("fig7" + shown.id_suffix, "Fig. 7", "Power over time");
  figure.caption = fmt::format(
      "The highest reading of each of up to {} stretches of the job, for it is the spikes that "
      "count against the cap. The paper does not say which five jobs it shows; 19 and 5 are its "
      "extremes.",
      kMostPoints);
  figure.panels = PanelsOf(
      results, shown,
      {.y = {.label = "Power", .unit = "W", .least = 0}, .series_of = PowerOf, .with_cap = true});
  return figure;
}

Figure Figure8(const PaperResults& results, const PoliciesShown& shown) {
  Figure figure = EmulatedFigure("fig8" + shown.id_suffix, "Fig. 8", "Batch size over time");
  figure.caption = "The same jobs. DVFS stays at 16 and turns the clock.";
  figure.panels = PanelsOf(results, shown,
                           {.y = {.label = "Batch size", .unit = "images", .scale = Scale::kLog2},
                            .series_of = SizesOf});
  return figure;
}

}  // namespace batchsizer::sim
