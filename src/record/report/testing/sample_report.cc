#include "record/report/testing/sample_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace batchsizer::record::testing {
namespace {

constexpr const char* kMadeUp = "made up";

// Numbers from 0 to 1 that look as if by chance, the same every time.
class Chance {
 public:
  double Next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 40U) / static_cast<double>(1U << 24U);
  }

 private:
  std::uint64_t state_ = 7;
};

std::vector<double> BatchSizes() {
  std::vector<double> sizes;
  for (double size = 1; size <= 1024; size *= 2) sizes.push_back(size);
  return sizes;
}

Panel Curve(const std::string& title, double fastest, double highest, double half) {
  Panel panel{.title = title,
              .x = {.label = "Batch size", .scale = Scale::kLog2},
              .y = {.label = "Throughput", .unit = "images/s"},
              .second = Axis{.label = "Peak power", .unit = "W", .least = 0, .most = 250}};
  Series throughput{.name = "throughput", .x = BatchSizes(), .role = Role::kThroughput};
  Series power{
      .name = "peak power", .x = BatchSizes(), .on_second_axis = true, .role = Role::kPower};
  for (const double size : throughput.x) {
    throughput.y.push_back(fastest * size / (size + half));
    power.y.push_back(52 + (highest - 52) * std::pow(size / 1024, 0.25));
  }
  panel.series = {throughput, power};
  panel.references = {{.name = "saturation batch",
                       .direction = ReferenceLine::Direction::kVertical,
                       .y = {128},
                       .is_cap = false}};
  return panel;
}

std::vector<std::string> JobNames() {
  std::vector<std::string> names;
  for (int job = 1; job <= 20; ++job) names.push_back(fmt::format("{}", job));
  return names;
}

Panel JobPanel(Axis y) {
  return {.x = {.label = "Job"},
          .y = std::move(y),
          .categories = JobNames(),
          .groups = {{"ImageNet", 10}, {"Caltech256", 10}}};
}

// Seconds of power that swings between batches, one reading every 10 ms.
Series Swings(const std::string& name, Role role, double high, Chance& chance) {
  Series series{.name = name, .role = role};
  for (int i = 0; i < 6000; ++i) {
    const double t = i * 0.01;
    const double level = high * std::min(1.0, 0.5 + t / 8);
    series.x.push_back(t);
    series.y.push_back(i % 17 < 4 ? 56 + 4 * chance.Next() : level - 6 * chance.Next());
  }
  return series;
}

Panel PowerPanel(const std::string& title, double cap, Chance& chance) {
  Panel panel{.title = title,
              .x = {.label = "Time", .unit = "s"},
              .y = {.label = "Power", .unit = "W", .least = 0}};
  panel.series = {Swings("paper", Role::kPaper, cap * 0.97, chance),
                  Swings("dvfs", Role::kDvfs, cap * 0.74, chance)};
  panel.references = {{.name = "cap", .y = {cap}}};
  return panel;
}

Panel SearchBatchSizes() {
  return {.title = "Batch size",
          .x = {.label = "Time", .unit = "s", .least = 0, .most = 7},
          .y = {.label = "Batch size", .scale = Scale::kLog2, .least = 1, .most = 256},
          .series = {{.name = "batch size",
                      .kind = SeriesKind::kSteps,
                      .x = {0, .3, .9, 2.3, 3.2},
                      .y = {1, 16, 64, 128, 96},
                      .role = Role::kBatchSize}}};
}

}  // namespace

Figure SampleCurves() {
  return {.id = "fig1",
          .number = "Fig. 1",
          .title = "Throughput and peak power over the batch size",
          .caption = "Both rise with the batch size. Beyond the saturation batch only power does.",
          .columns = 2,
          .panels = {Curve("Inception, ImageNet", 380, 228, 14),
                     Curve("Inception, Caltech256", 290, 215, 8),
                     Curve("MobileNet, ImageNet", 940, 121, 1.2),
                     Curve("MobileNet, Caltech256", 1480, 176, 31)},
          .command = "batchsizer profile --model zoo:inception-v1 --device emulated:p40",
          .note = kMadeUp};
}

Figure SampleGains() {
  Panel panel = JobPanel({.label = "Gain in throughput", .unit = "%"});
  panel.series = {
      {.name = "paper against dvfs, ours",
       .kind = SeriesKind::kBars,
       .y = {12, 0.4, 21, 15, -8.1, 4, 26, 2, 9, 19, 0, 14, 11, -3, 22, .8, 1, 17, 29, 13},
       .role = Role::kBatchSizer},
      {.name = "published",
       .kind = SeriesKind::kPoints,
       .y = {kNoValue, kNoValue, kNoValue, kNoValue, -8,       kNoValue, kNoValue,
             kNoValue, kNoValue, kNoValue, kNoValue, kNoValue, kNoValue, kNoValue,
             kNoValue, kNoValue, kNoValue, kNoValue, 29,       kNoValue},
       .role = Role::kPublished}};
  return {.id = "fig5",
          .number = "Fig. 5",
          .title = "Throughput against DVFS",
          .caption = "Gains are largest where the cap is loose.",
          .panels = {panel},
          .command = "batchsizer experiment paper --out report",
          .note = kMadeUp};
}

Figure SampleBars() {
  Panel panel = JobPanel({.label = "Throughput", .unit = "images/s"});
  Chance chance;
  for (const char* policy : {"paper", "dvfs", "pit", "power-limit", "batchsizer", "oracle"}) {
    Series series{.name = policy, .kind = SeriesKind::kBars, .role = RoleOfPolicy(policy)};
    for (int job = 0; job < 20; ++job) {
      series.y.push_back(200 + 60 * (job % 7) + 120 * chance.Next());
    }
    panel.series.push_back(series);
  }
  return {.id = "fig5-policies",
          .title = "Throughput of every policy",
          .caption = "The oracle knows the best setting beforehand.",
          .panels = {panel},
          .command = "batchsizer experiment paper --policies all --out report",
          .note = kMadeUp};
}

Figure SamplePower() {
  Chance chance;
  return {.id = "fig7",
          .number = "Fig. 7",
          .title = "Power over time",
          .caption = "The batch size uses the power that the clock cannot.",
          .panels = {PowerPanel("Job 3: Inception V3, ImageNet", 228, chance),
                     PowerPanel("Job 19: ResNet-V2-101, Caltech256", 236, chance)},
          .command = "batchsizer experiment paper --jobs 3,19 --out report",
          .note = kMadeUp};
}

Figure SampleSearch() {
  Panel power{
      .title = "Power",
      .x = {.label = "Time", .unit = "s", .least = 0, .most = 7},
      .y = {.label = "Peak power", .unit = "W", .least = 0},
      .series = {{.name = "peak power",
                  .x = {.3, .9, 2.3, 3.2, 4.2, 5.2, 6.2},
                  .y = {63, 96, 131, 172, 148, 150, 149},
                  .role = Role::kPower}},
      .references = {{.name = "cap", .x = {0, 5.7}, .y = {160, 165}}},
      .bands = {{.name = "band: 0.8 of the cap and up",
                 .x = {0, 5.7},
                 .low = {128, 132},
                 .high = {160, 165}}},
      .annotations = {{.x = .3,
                       .y = 63,
                       .text = "Starts at batch size 1: far below the band, so the "
                               "middle between it and the largest is next: 16."},
                      {.x = .9, .y = 96, .text = "Still below: 64."},
                      {.x = 2.3, .y = 131, .text = "In the band; but say it were not: 128."},
                      {.x = 3.2, .y = 172, .text = "Above the cap: back to the middle, 96."},
                      {.x = 4.2, .y = 148, .text = "In the band: keeps it."}}};
  return {.id = "fig4",
          .number = "Fig. 4",
          .title = "One search",
          .caption = "The binary search of the batch size, window by window.",
          .columns = 2,
          .panels = {power, SearchBatchSizes()},
          .command = "batchsizer experiment paper --jobs 1 --out report",
          .note = kMadeUp};
}

Figure SampleSensitivity() {
  Panel panel = JobPanel({.label = "Gain in throughput", .unit = "%"});
  Series series{.name = "gain, and where ±10 % of a constant moves it",
                .kind = SeriesKind::kPoints,
                .role = Role::kBatchSizer};
  Chance chance;
  for (int job = 0; job < 20; ++job) {
    const double gain = 24 * chance.Next() - 4;
    series.y.push_back(gain);
    series.low.push_back(gain - 4 * chance.Next());
    series.high.push_back(gain + 5 * chance.Next());
  }
  panel.series = {series};
  return {.id = "sensitivity",
          .title = "How the gains move",
          .caption = "Every fitted constant by 10 % down and up, one at a time.",
          .panels = {panel},
          .command = "batchsizer experiment paper --sensitivity --out report",
          .note = kMadeUp};
}

namespace {

Table SampleTable() {
  Table table{.id = "table2",
              .number = "Table 2",
              .title = "The twenty jobs",
              .caption = "Power caps as in the paper.",
              .columns = {{.header = "Job"},
                          {.header = "DNN", .align = TableColumn::Align::kLeft},
                          {.header = "Input", .align = TableColumn::Align::kLeft},
                          {.header = "Cap", .unit = "W"},
                          {.header = "Throughput", .unit = "images/s", .decimals = 1},
                          {.header = "Gain", .unit = "%", .decimals = 1, .signed_number = true}},
              .command = "batchsizer experiment paper --out report",
              .note = kMadeUp};
  Chance chance;
  for (int job = 1; job <= 20; ++job) {
    const double gain = 30 * chance.Next() - 8;
    table.rows.push_back({{static_cast<double>(job)},
                          {std::string(job % 2 == 0 ? "ResNet-V2-101" : "Inception-V3")},
                          {std::string(job <= 10 ? "ImageNet" : "Caltech256")},
                          {std::round(80 + 160 * chance.Next())},
                          {1400 * chance.Next()},
                          {gain, gain < 0 ? Emphasis::kBad : Emphasis::kNone}});
  }
  table.rows.back()[4].value = std::monostate();
  return table;
}

std::vector<Claim> SampleClaims() {
  return {{.place = "section 3, Fig. 1",
           .sentence = "Throughput and peak power both rise with the batch size.",
           .measured = "Both rise from each size to the next up to 256, for all three networks.",
           .verdict = Verdict::kHolds},
          {.place = "section 5, Fig. 5",
           .sentence = "The throughput is up to 29 % higher (job 19).",
           .measured = "+26.2 % for job 7; job 19 has +24.9 %.",
           .verdict = Verdict::kPartly,
           .why = "The emulated host prepares batches faster than the paper's."},
          {.place = "section 3, Fig. 1",
           .sentence = "MobileNet gains a negligible amount on ImageNet.",
           .measured = "2.1 times from batch size 1 to 256.",
           .verdict = Verdict::kDiffers,
           .why = "Made up, as all of this is."}};
}

}  // namespace

Report SampleReport() {
  Report report{.title = "BatchSizer, the paper, run again",
                .subtitle = "Ten networks, twenty jobs, on an emulated Tesla P40",
                .notes = {"Emulated. Time and power come from a model of the device, not from a "
                          "sensor.",
                          "A sample: every number here is made up."},
                .tiles = {{"Jobs", "20", "", "10 networks, 2 inputs"},
                          {"Largest gain", "+29.1", "%", "job 19; the paper: +29 %"},
                          {"Smallest gain", "−8.1", "%", "job 5; the paper: −8 %"},
                          {"Claims that hold", "9 of 12", "", "2 partly, 1 differs"}},
                .files = {{"jobs.csv", "job,policy\n1,paper\n", "one row a job and policy"}},
                .command = "batchsizer experiment paper --out report --seed 1"};
  report.sections = {
      {.title = "What the paper says, and what we measured", .claims = SampleClaims()},
      {.title = "Set-up",
       .paragraphs = {"Batch sizes 1 to 256, windows of ten batches, alpha 0.8."},
       .tables = {SampleTable()}},
      {.title = "Observations", .figures = {SampleCurves(), SampleSearch()}},
      {.title = "Results",
       .paragraphs = {"Algorithm 1 of the paper against DVFS at batch size 16."},
       .figures = {SampleGains(), SamplePower(), SampleBars(), SampleSensitivity()}}};
  return report;
}

}  // namespace batchsizer::record::testing
