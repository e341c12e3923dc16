// Figures 7 and 8: five jobs over time.
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

// A run has tens of thousands of readings, and what counts is the highest.
constexpr Duration kShortest = std::chrono::seconds(1);

double Seconds(TimePoint time) { return ToSeconds(time.time_since_epoch()); }

// The highest reading of each second, or of each batch where that takes longer.
Series PowerOf(const PolicyRun& run) {
  Series series{.name = run.policy, .role = record::RoleOfPolicy(run.policy)};
  auto reading = run.readings.begin();
  TimePoint from{};
  for (const TimePoint end : run.batch_ends) {
    if (end - from < kShortest && end != run.batch_ends.back()) continue;
    Watts most;
    for (; reading != run.readings.end() && reading->time <= end; ++reading) {
      most = std::max(most, reading->power);
    }
    from = end;
    if (most == Watts(0)) continue;  // the last batches may be too short to be seen
    series.x.push_back(Seconds(end));
    series.y.push_back(most.value());
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
  Figure figure =
      EmulatedFigure("fig7" + shown.id_suffix, NumberOf("Fig. 7", shown), "Power over time");
  figure.caption =
      "The highest reading of each second, or of each batch where that takes longer: spikes count "
      "against the cap. The paper does not say which five jobs it shows; 19 and 5 are its "
      "extremes.";
  figure.panels = PanelsOf(
      results, shown,
      {.y = {.label = "Power", .unit = "W", .least = 0}, .series_of = PowerOf, .with_cap = true});
  return figure;
}

Figure Figure8(const PaperResults& results, const PoliciesShown& shown) {
  Figure figure =
      EmulatedFigure("fig8" + shown.id_suffix, NumberOf("Fig. 8", shown), "Batch size over time");
  figure.caption = "The same jobs. DVFS stays at 16 and turns the clock.";
  figure.panels = PanelsOf(results, shown,
                           {.y = {.label = "Batch size", .unit = "images", .scale = Scale::kLog2},
                            .series_of = SizesOf});
  return figure;
}

}  // namespace batchsizer::sim
