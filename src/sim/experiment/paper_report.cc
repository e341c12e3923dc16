#include "sim/experiment/paper_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "record/report/page_text.h"
#include "sim/experiment/claims.h"
#include "sim/experiment/figure_base.h"
#include "sim/experiment/figures.h"
#include "sim/experiment/jobs_csv.h"
#include "sim/experiment/tables.h"

namespace batchsizer::sim {
namespace {

using record::Claim;
using record::Figure;
using record::Report;
using record::Section;
using record::Tile;
using record::Verdict;

// Of the first window at batch size 1, whoever ran it; empty where none did.
std::optional<Watts> PowerAtBatchOne(const JobResult& job) {
  for (const PolicyRun& run : job.runs) {
    if (run.windows.empty()) continue;
    const WindowRecord& first = run.windows.front();
    if (first.setting.batch_size == BatchSize(1) && first.peak_power) return first.peak_power;
  }
  return std::nullopt;
}

// What the paper's caps and claims are worth on another device than the paper's.
std::string OtherDeviceText(const PaperResults& results) {
  std::size_t known = 0;
  std::size_t below = 0;
  for (const JobResult& job : results.jobs) {
    const auto power = PowerAtBatchOne(job);
    if (!power) continue;
    ++known;
    below += job.job.power_cap < *power ? 1 : 0;
  }
  std::string text = fmt::format(
      "This is not the paper's device: its caps are for a Tesla P40, and so are its claims. What "
      "differs here says nothing against either.");
  if (known > 0) {
    text += fmt::format(" In {} of {} jobs the cap is below what batch size 1 draws here.", below,
                        known);
  }
  return text;
}

void AddFigure(Section& section, Figure figure) {
  if (!figure.panels.empty()) section.figures.push_back(std::move(figure));
}

// Those of the paper's two policies that were run.
PoliciesShown PapersPolicies(const PaperResults& results) {
  PoliciesShown shown;
  for (const char* policy : {"paper", "dvfs"}) {
    if (results.Ran(policy)) shown.policies.emplace_back(policy);
  }
  return shown;
}

std::string SetText(std::string_view set, std::size_t own) {
  if (own > 0) {
    return fmt::format("{}: {} images of your own copy", set,
                       record::Grouped(static_cast<std::int64_t>(own)));
  }
  return fmt::format("{}: 10,000 images drawn like the real ones", set);
}

Section SetUp(const PaperResults& results) {
  Section section;
  section.id = "set-up";
  section.title = "What was run";
  section.paragraphs = {
      fmt::format(
          "{} emulated by a model of its time and power, in virtual time; the run loop, the "
          "controller and the policies are the ones that a real device gets. Nothing here "
          "was measured on a board.",
          results.device.title),
      fmt::format(
          "Each job is {} images{}. Batch sizes are 1, 2, 4 .. {}, a window "
          "is 10 batches, alpha is {}. Algorithm 1 is read with its readings cleared when the "
          "batch size changes (--paper-variant cleared); DVFS searches the clocks at batch "
          "size 16.",
          record::Grouped(results.images),
          results.images == kPaperImages ? ", as in the paper" : "", kPaperLargestBatch,
          kPaperAlpha),
      results.HasPapersHost()
          ? "The host is the paper's: it prepares the images of a batch one after another, then "
            "the device runs them."
          : "This device's description has no host like the paper's: images are prepared ahead.",
      fmt::format("What an image costs to prepare follows from its pixels and its bytes. {}; {}.",
                  SetText("ImageNet", results.own_imagenet),
                  SetText("Caltech-256", results.own_caltech256)),
      fmt::format("The device's file says what each of its constants rests on.{}",
                  results.device.name == "p40"
                      ? " None is fitted to this paper's results, and none to a job."
                      : "")};
  section.tables = {Table1(results)};
  return section;
}

Section ClaimsSection(const PaperResults& results) {
  Section section;
  section.id = "claims";
  section.title = "The paper's claims";
  section.paragraphs = {
      "Each sentence of the paper that can be checked, in our words, beside what "
      "was measured here. The verdicts are worked out from the results."};
  section.claims = JudgeClaims(results);
  return section;
}

Section BatchesSection(const PaperResults& results) {
  Section section;
  section.id = "batch-size";
  section.title = "What the batch size does";
  AddFigure(section, Figure1(results));
  AddFigure(section, Figure2(results));
  return section;
}

bool IsAsInThePaper(const PaperResults& results) {
  return results.device.name == "p40" && results.HasPapersHost() && results.images == kPaperImages;
}

Section PaperSection(const PaperResults& results) {
  Section section;
  section.id = "algorithm-1";
  section.title = "Algorithm 1 and DVFS";
  section.paragraphs = {IsAsInThePaper(results)
                            ? "Exactly the paper's set-up."
                            : "The paper's algorithms; its set-up is another in part: see what was "
                              "run."};
  section.tables = {Table2(results)};
  const PoliciesShown shown = PapersPolicies(results);
  AddFigure(section, Figure4(results));
  AddFigure(section, Figure5(results, shown));
  AddFigure(section, Figure6(results, shown));
  AddFigure(section, Figure7(results, shown));
  AddFigure(section, Figure8(results, shown));
  return section;
}

Section PoliciesSection(const PaperResults& results) {
  Section section;
  section.id = "policies";
  section.title = "The policies beside each other";
  section.paragraphs = {fmt::format(
      "The same jobs under {}.{}{}", fmt::join(results.policies, ", "),
      results.Ran("power-limit") ? " power-limit is the driver's own limit at the largest "
                                   "batch size, which needs root."
                                 : "",
      results.Ran("oracle") ? " oracle knows the best setting beforehand." : "")};
  section.tables = {PoliciesTable(results)};
  const PoliciesShown shown{results.policies, "-policies"};
  AddFigure(section, Figure5(results, shown));
  AddFigure(section, OracleFigure(results, shown));
  AddFigure(section, Figure6(results, shown));
  AddFigure(section, Figure7(results, shown));
  AddFigure(section, Figure8(results, shown));
  return section;
}

Section SensitivitySection(const PaperResults& results) {
  Section section;
  section.id = "sensitivity";
  section.title = "What the gains rest on";
  section.tables = {SensitivityTable(results)};
  AddFigure(section, SensitivityFigure(results));
  return section;
}

// The job whose gain is the largest, and the one whose gain is the smallest.
struct Extremes {
  const JobResult* best = nullptr;
  const JobResult* worst = nullptr;
};

Extremes ExtremesOf(const PaperResults& results) {
  Extremes ends;
  for (const JobResult& result : results.jobs) {
    const auto gain = GainOver(result, "paper", "dvfs");
    if (!gain) continue;
    if (ends.best == nullptr || *gain > *GainOver(*ends.best, "paper", "dvfs")) ends.best = &result;
    if (ends.worst == nullptr || *gain < *GainOver(*ends.worst, "paper", "dvfs")) {
      ends.worst = &result;
    }
  }
  return ends;
}

Tile GainTile(std::string label, const JobResult& result, std::string paper) {
  return {.label = std::move(label),
          .value = fmt::format("{:+.1f}", 100 * *GainOver(result, "paper", "dvfs")),
          .unit = "%",
          .note = fmt::format("job {}; paper: {}", result.job.number, paper)};
}

std::vector<Tile> TilesOf(const PaperResults& results, const std::vector<Claim>& claims) {
  std::vector<Tile> tiles;
  const auto holds = std::count_if(claims.begin(), claims.end(), [](const Claim& claim) {
    return claim.verdict == Verdict::kHolds;
  });
  tiles.push_back({.label = "Claims that hold",
                   .value = fmt::format("{} of {}", holds, claims.size()),
                   .unit = {},
                   .note = "the others: why, below"});
  const Extremes ends = ExtremesOf(results);
  if (ends.best != nullptr) {
    tiles.push_back(GainTile("Largest gain over DVFS", *ends.best, "+29 %, job 19"));
    tiles.push_back(GainTile("Smallest", *ends.worst, "-8 %, job 5"));
  }
  const double mean = MeanGain(results, "paper");
  if (std::isfinite(mean)) {
    tiles.push_back({.label = "Mean gain",
                     .value = fmt::format("{:+.1f}", 100 * mean),
                     .unit = "%",
                     .note = fmt::format("geometric, {} job{}", results.jobs.size(),
                                         results.jobs.size() == 1 ? "" : "s")});
  }
  return tiles;
}

// Of every figure and table that some run has.
std::vector<std::string> PossibleIds() {
  return {"fig1",          "fig2",          "fig4",          "fig5",
          "fig6",          "fig7",          "fig8",          "fig5-policies",
          "fig6-policies", "fig7-policies", "fig8-policies", "oracle-policies",
          "sensitivity",   "table1",        "table2",        "policies",
          "constants"};
}

void SetCommands(Report& report, const std::string& command) {
  report.command = command;
  for (Section& section : report.sections) {
    for (record::Table& table : section.tables) table.command = command;
    for (Figure& figure : section.figures) figure.command = command;
  }
}

// The gains of every shift, one row each.
std::string ShiftsCsv(const PaperResults& results) {
  std::string text = "constant,factor,job,gain_percent\n";
  for (const ConstantShift& shift : results.shifts) {
    for (std::size_t i = 0; i < std::min(shift.gains.size(), results.jobs.size()); ++i) {
      if (!shift.gains[i]) continue;
      text += fmt::format("{},{:g},{},{:.6g}\n", shift.constant, shift.factor,
                          results.jobs[i].job.number, 100 * *shift.gains[i]);
    }
  }
  return text;
}

}  // namespace

Report PaperReport(const PaperResults& results) {
  Report report;
  report.title = "BatchSizer: the paper's evaluation, reproduced";
  report.subtitle = fmt::format("{} job{}, {} images each, on an emulated {}", results.jobs.size(),
                                results.jobs.size() == 1 ? "" : "s",
                                record::Grouped(results.images), results.device.title);
  report.notes = {"Emulated: every number here comes from a model of the device."};
  if (results.device.name != "p40") report.notes.push_back(OtherDeviceText(results));
  report.sections = {ClaimsSection(results), SetUp(results),           BatchesSection(results),
                     PaperSection(results),  PoliciesSection(results), SensitivitySection(results)};
  report.tiles = TilesOf(results, report.sections.front().claims);
  report.files = {
      {.name = "jobs.csv", .content = JobsCsv(results.jobs), .about = "a row a job and policy"},
      {.name = "shifts.csv",
       .content = ShiftsCsv(results),
       .about = "each gain with each constant moved"}};
  report.possible_ids = PossibleIds();
  SetCommands(report, results.command);
  return report;
}

}  // namespace batchsizer::sim
