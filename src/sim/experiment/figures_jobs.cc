// Figures 5 and 6 and the like: a bar a job and policy.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "sim/experiment/figure_base.h"
#include "sim/experiment/figures.h"

namespace batchsizer::sim {
namespace {

using record::Figure;
using record::Panel;
using record::Role;
using record::Series;
using record::SeriesKind;

// Jobs from left to right, grouped by their images.
Panel PanelOfJobs(const PaperResults& results) {
  Panel panel;
  panel.x = {.label = "Job"};
  for (const JobResult& result : results.jobs) {
    panel.categories.push_back(fmt::format("{}", result.job.number));
    const std::string set(TitleOfDataset(result.job.dataset));
    if (panel.groups.empty() || panel.groups.back().name != set) panel.groups.push_back({set, 0});
    ++panel.groups.back().count;
  }
  return panel;
}

using ValueOf = std::function<double(const JobResult&, const PolicyRun&)>;

Series BarsOf(const PaperResults& results, const std::string& policy, const ValueOf& value) {
  Series series{.name = policy, .kind = SeriesKind::kBars, .role = record::RoleOfPolicy(policy)};
  for (const JobResult& result : results.jobs) {
    const PolicyRun* run = result.Find(policy);
    series.y.push_back(run == nullptr ? record::kNoValue : value(result, *run));
  }
  return series;
}

double GainPercent(const JobResult& result, const PolicyRun& run) {
  const auto gain = GainOver(result, run.policy, "dvfs");
  return gain ? 100 * *gain : record::kNoValue;
}

// The two gains that the paper gives in numbers.
Series PublishedGains(const PaperResults& results) {
  Series series{.name = "published", .kind = SeriesKind::kPoints, .role = Role::kPublished};
  for (const JobResult& result : results.jobs) {
    const int job = result.job.number;
    series.y.push_back(job == 19 ? 29 : job == 5 ? -8 : record::kNoValue);
  }
  return series;
}

// What the gain of `paper` moves between, by job.
struct Range {
  double least = record::kNoValue;
  double most = record::kNoValue;
};

Range RangeOfGain(const PaperResults& results, std::size_t job, double gain) {
  Range range{gain, gain};
  for (const ConstantShift& shift : results.shifts) {
    if (job >= shift.gains.size() || !shift.gains[job]) continue;
    range.least = std::min(range.least, 100 * *shift.gains[job]);
    range.most = std::max(range.most, 100 * *shift.gains[job]);
  }
  return range;
}

}  // namespace

Figure Figure5(const PaperResults& results, const PoliciesShown& shown) {
  Figure figure = EmulatedFigure("fig5" + shown.id_suffix, NumberOf("Fig. 5", shown),
                                 "Throughput relative to DVFS");
  if (!results.Ran("dvfs")) return figure;
  figure.caption =
      "By how much each job ran faster than under DVFS at batch size 16. The paper gives two of "
      "its twenty gains in numbers.";
  Panel panel = PanelOfJobs(results);
  panel.y = {.label = "Gain over DVFS", .unit = "%"};
  for (const std::string& policy : shown.policies) {
    if (policy != "dvfs") panel.series.push_back(BarsOf(results, policy, GainPercent));
  }
  if (panel.series.empty()) return figure;
  panel.series.push_back(PublishedGains(results));
  figure.panels = {std::move(panel)};
  return figure;
}

Figure Figure6(const PaperResults& results, const PoliciesShown& shown) {
  Figure figure =
      EmulatedFigure("fig6" + shown.id_suffix, NumberOf("Fig. 6", shown), "Average batch size");
  figure.caption = "Images over batches, the search included. DVFS stays at 16.";
  Panel panel = PanelOfJobs(results);
  panel.y = {.label = "Average batch size", .unit = "images", .least = 0};
  const auto value = [](const JobResult&, const PolicyRun& run) {
    return run.summary.mean_batch_size;
  };
  for (const std::string& policy : shown.policies) {
    if (policy != "dvfs") panel.series.push_back(BarsOf(results, policy, value));
  }
  if (panel.series.empty()) return figure;
  panel.references = {{.name = "dvfs", .x = {}, .y = {16}, .is_cap = false}};
  figure.panels = {std::move(panel)};
  return figure;
}

Figure OracleFigure(const PaperResults& results, const PoliciesShown& shown) {
  Figure figure = EmulatedFigure("oracle" + shown.id_suffix, "",
                                 "Throughput beside the best setting's, and time above the cap");
  figure.caption =
      "The best setting is that of any batch size from 1 to 256 and any clock whose observed peak "
      "power is at or under the cap, known beforehand. Above 100 % is who breaks the cap, or whose "
      "spikes the sensor misses.";
  Panel fraction = PanelOfJobs(results);
  fraction.title = "Fraction of the oracle";
  fraction.y = {.label = "Throughput / oracle", .unit = "%", .least = 0};
  Panel above = PanelOfJobs(results);
  above.title = "Time above the cap";
  above.y = {.label = "Time above the cap", .unit = "% of the job", .least = 0, .most = 100};
  for (const std::string& policy : shown.policies) {
    fraction.series.push_back(BarsOf(results, policy, [](const JobResult&, const PolicyRun& run) {
      const auto& of = run.summary.fraction_of_oracle;
      return of ? 100 * *of : record::kNoValue;
    }));
    above.series.push_back(BarsOf(results, policy, [](const JobResult&, const PolicyRun& run) {
      const record::Summary& sum = run.summary;
      return sum.time_s > 0 ? 100 * sum.time_above_cap_s / sum.time_s : 0;
    }));
  }
  figure.panels = {std::move(fraction), std::move(above)};
  return figure;
}

Figure SensitivityFigure(const PaperResults& results) {
  Figure figure = EmulatedFigure("sensitivity", "", "The gains, with each constant moved");
  if (results.shifts.empty()) return figure;
  figure.caption = fmt::format(
      "The gain of Algorithm 1 over DVFS; the whiskers are what it moves between when one of the "
      "constants in the table above, fitted or set by hand, is moved by {:.0f} % up or down.",
      100 * kShift);
  Panel panel = PanelOfJobs(results);
  panel.y = {.label = "Gain over DVFS", .unit = "%"};
  Series series = BarsOf(results, "paper", GainPercent);
  for (std::size_t job = 0; job < series.y.size(); ++job) {
    const Range range = RangeOfGain(results, job, series.y[job]);
    series.low.push_back(range.least);
    series.high.push_back(range.most);
  }
  panel.series = {std::move(series), PublishedGains(results)};
  figure.panels = {std::move(panel)};
  return figure;
}

}  // namespace batchsizer::sim
