#include "sim/experiment/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "flow/model/published.h"
#include "sim/experiment/figure_base.h"
#include "sim/experiment/figures.h"

namespace batchsizer::sim {
namespace {

using record::Table;
using record::TableCell;
using record::TableColumn;
using Align = record::TableColumn::Align;

Table EmulatedTable(std::string id, std::string number, std::string title) {
  Table table;
  table.id = std::move(id);
  table.number = std::move(number);
  table.title = std::move(title);
  table.note = "emulated";
  return table;
}

TableColumn Text(std::string header) {
  return {.header = std::move(header), .unit = {}, .align = Align::kLeft};
}
TableColumn Number(std::string header, std::string unit, int decimals) {
  return {.header = std::move(header), .unit = std::move(unit), .decimals = decimals};
}
TableColumn Signed(std::string header, std::string unit, int decimals) {
  return {.header = std::move(header),
          .unit = std::move(unit),
          .decimals = decimals,
          .signed_number = true};
}

TableCell Cell(std::string text) { return {.value = std::move(text)}; }
TableCell Cell(double value) {
  if (!std::isfinite(value)) return {};
  return {.value = value};
}
TableCell Percent(std::optional<double> share) { return share ? Cell(100 * *share) : TableCell{}; }

double ShareAbove(const record::Summary& sum) {
  return sum.time_s > 0 ? sum.time_above_cap_s / sum.time_s : 0;
}

// What a policy comes to over all jobs.
struct Total {
  int jobs = 0;
  int with_oracle = 0;  // of them: some setting is within the cap
  double fraction = 0;  // of the oracle, added up
  double worst_fraction = record::kNoValue;
  double time_s = 0;
  double above_s = 0;
  double worst_above = 0;
  double excess_j = 0;
  double energy_j = 0;
  double images = 0;

  void Add(const record::Summary& sum) {
    ++jobs;
    if (sum.fraction_of_oracle) AddFraction(*sum.fraction_of_oracle);
    time_s += sum.time_s;
    above_s += sum.time_above_cap_s;
    worst_above = std::max(worst_above, ShareAbove(sum));
    excess_j += sum.excess_energy_j;
    energy_j += sum.energy_j;
    images += static_cast<double>(sum.images);
  }
  [[nodiscard]] double MeanFraction() const {
    return with_oracle > 0 ? fraction / with_oracle : record::kNoValue;
  }

 private:
  void AddFraction(double share) {
    worst_fraction = with_oracle > 0 ? std::min(worst_fraction, share) : share;
    fraction += share;
    ++with_oracle;
  }
};

// Where our own policy does worse than the paper's, and where it breaks the cap: an
// average over jobs hides both.
std::string OwnPolicysLosses(const PaperResults& results) {
  constexpr double kVisible = 0.0005;  // -0.1 % when rounded
  std::vector<std::string> slower;
  int above = 0;
  double most = 0;
  int worst_job = 0;
  for (const JobResult& result : results.jobs) {
    const auto gain = GainOver(result, "batchsizer", "paper");
    if (!gain) continue;
    if (*gain < -kVisible) {
      slower.push_back(fmt::format("{} ({:.1f} %)", result.job.number, 100 * *gain));
    }
    const double share = ShareAbove(result.Find("batchsizer")->summary);
    above += share > 0 ? 1 : 0;
    if (share <= most) continue;
    most = share;
    worst_job = result.job.number;
  }
  if (!results.Ran("batchsizer") || !results.Ran("paper")) return "";
  const std::string where =
      slower.empty() ? "no job" : fmt::format("job {}", fmt::join(slower, ", "));
  return fmt::format(
      " batchsizer is slower than paper in {}; it is above the cap in {} of {} "
      "jobs{}.",
      where, above, results.jobs.size(),
      above == 0
          ? std::string()
          : fmt::format(", at worst for {:.1f} % of the time (job {})", 100 * most, worst_job));
}

Total TotalOf(const PaperResults& results, const std::string& policy) {
  Total total;
  for (const JobResult& result : results.jobs) {
    const PolicyRun* run = result.Find(policy);
    if (run != nullptr) total.Add(run->summary);
  }
  return total;
}

// How far one constant moves the gains.
struct Movement {
  double sum = 0;  // of |changes|
  int count = 0;
  double most = 0;  // the change that is furthest from 0
  int job = 0;      // whose
};

void AddShift(const PaperResults& results, const ConstantShift& shift, Movement& movement) {
  for (std::size_t i = 0; i < std::min(shift.gains.size(), results.jobs.size()); ++i) {
    const auto gain = GainOver(results.jobs[i], "paper", "dvfs");
    if (!gain || !shift.gains[i]) continue;
    const double change = *shift.gains[i] - *gain;
    movement.sum += std::abs(change);
    ++movement.count;
    if (std::abs(change) <= std::abs(movement.most)) continue;
    movement.most = change;
    movement.job = results.jobs[i].job.number;
  }
}

std::vector<TableCell> MovementRow(std::string_view constant, const Movement& movement) {
  const double mean = movement.count > 0 ? movement.sum / movement.count : 0;
  return {Cell(std::string(constant)), Cell(100 * mean), Cell(100 * movement.most),
          movement.job > 0 ? Cell(fmt::format("{}", movement.job)) : TableCell{}};
}

}  // namespace

double MeanGain(const PaperResults& results, std::string_view policy) {
  double logs = 0;
  int count = 0;
  for (const JobResult& result : results.jobs) {
    const auto gain = GainOver(result, policy, "dvfs");
    if (!gain) continue;
    logs += std::log1p(*gain);
    ++count;
  }
  return count > 0 ? std::expm1(logs / count) : record::kNoValue;
}

Table Table1(const PaperResults& results) {
  Table table = EmulatedTable("table1", "Table 1", "The networks");
  table.caption =
      "Ours are built layer by layer as published; sizes are of weights in float32. The paper's "
      "complexity column lies near twice the parameters, not near the multiply-adds.";
  table.columns = {Text("Network"),
                   Number("Parameters", "million", 2),
                   Number("Multiply-adds", "billion an image", 2),
                   Number("Weights", "MB", 1),
                   Number("Paper: graph", "MB", 2),
                   Number("Paper: complexity", "\"MFLOPs\"", 2),
                   Number("Complexity", "per million parameters", 2)};
  table.note = {};
  for (const NetworkFacts& ours : results.networks) {
    const flow::PublishedNetwork& paper = *flow::FindPublished(ours.name);
    table.rows.push_back({Cell(TitleOfNetwork(ours.name)), Cell(ours.parameters_m),
                          Cell(ours.macs_g), Cell(ours.file_mb), Cell(paper.frozen_graph_mb),
                          Cell(paper.complexity), Cell(paper.complexity / ours.parameters_m)});
  }
  return table;
}

Table Table2(const PaperResults& results) {
  Table table = EmulatedTable("table2", "Table 2", "The jobs, and what came of them");
  table.caption =
      "Jobs and caps are the paper's. Algorithm 1 starts at batch size 1; DVFS stays at 16.";
  table.columns = {Number("Job", "", 0),
                   Text("Network"),
                   Text("Images"),
                   Number("Cap", "W", 0),
                   Number("DVFS", "images/s", 1),
                   Number("Algorithm 1", "images/s", 1),
                   Signed("Gain", "%", 1),
                   Number("Batch size", "mean", 1),
                   Number("DVFS", "MHz", 0),
                   Number("Above cap", "% of time", 1),
                   Number("Of oracle", "%", 1)};
  for (const JobResult& result : results.jobs) {
    const PolicyRun* paper = result.Find("paper");
    const PolicyRun* dvfs = result.Find("dvfs");
    std::vector<TableCell> row{
        Cell(static_cast<double>(result.job.number)), Cell(TitleOfNetwork(result.job.network)),
        Cell(std::string(TitleOfDataset(result.job.dataset))), Cell(result.job.power_cap.value()),
        dvfs != nullptr ? Cell(dvfs->summary.throughput_ips) : TableCell{}};
    if (paper == nullptr) {
      row.resize(table.columns.size());
    } else {
      const record::Summary& sum = paper->summary;
      row.push_back(Cell(sum.throughput_ips));
      row.push_back(Percent(GainOver(result, "paper", "dvfs")));
      row.push_back(Cell(sum.mean_batch_size));
      row.push_back(dvfs != nullptr ? Cell(dvfs->summary.final_clock_mhz.value_or(record::kNoValue))
                                    : TableCell{});
      row.push_back(Cell(100 * ShareAbove(sum)));
      row.push_back(Percent(sum.fraction_of_oracle));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table PoliciesTable(const PaperResults& results) {
  Table table = EmulatedTable("policies", "", "The policies over all jobs");
  table.caption =
      "Gain: geometric mean over the jobs. Time above the cap counts windows whose observed peak "
      "is more than 0.5 % above it." +
      OwnPolicysLosses(results);
  table.columns = {Text("Policy"),
                   Signed("Gain over DVFS", "%", 1),
                   Number("Of the oracle, mean", "%", 1),
                   Number("Of the oracle, worst", "%", 1),
                   Number("Time above cap", "%", 2),
                   Number("The same, worst job", "%", 1),
                   Number("Excess energy", "J", 1),
                   Number("Energy", "J an image", 2)};
  for (const std::string& policy : results.policies) {
    const Total total = TotalOf(results, policy);
    if (total.jobs == 0 || total.time_s <= 0) continue;
    table.rows.push_back({Cell(policy), Cell(100 * MeanGain(results, policy)),
                          Cell(100 * total.MeanFraction()), Cell(100 * total.worst_fraction),
                          Cell(100 * total.above_s / total.time_s), Cell(100 * total.worst_above),
                          Cell(total.excess_j), Cell(total.energy_j / total.images)});
  }
  return table;
}

Table SensitivityTable(const PaperResults& results) {
  Table table = EmulatedTable("constants", "", "Which constants the gains rest on");
  table.caption = fmt::format(
      "Each moved by {:.0f} % up and down, alone; changes in points. A voltage is "
      "moved by {:.0f} % of what it is above 1, the lowest clock's. Voltages are "
      "relative to each other: they change power, never time, and so a gain only where "
      "DVFS or Algorithm 1 then decides otherwise.",
      100 * kShift, 100 * kShift);
  if (results.device.name != "p40") table.caption += " Those that move nothing are left out.";
  table.columns = {Text("Constant"), Number("Mean change of a gain", "points", 2),
                   Signed("Largest change", "points", 1), Number("In job", "", 0)};
  for (std::size_t i = 0; i + 1 < results.shifts.size(); i += 2) {
    Movement movement;
    AddShift(results, results.shifts[i], movement);
    AddShift(results, results.shifts[i + 1], movement);
    // Of the paper's host and the P40's clocks another device has none.
    if (results.device.name != "p40" && movement.sum == 0) continue;
    table.rows.push_back(MovementRow(results.shifts[i].constant, movement));
  }
  return table;
}

}  // namespace batchsizer::sim
