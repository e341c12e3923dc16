#include "sim/experiment/paper_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "record/report/figure_csv.h"
#include "record/report/report_page.h"
#include "sim/experiment/figures.h"
#include "sim/experiment/tables.h"
#include "sim/experiment/testing.h"

namespace batchsizer::sim {
namespace {

using record::Figure;
using record::Panel;
using record::Report;
using record::Series;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::set<std::string> FiguresOf(const Report& report) {
  std::set<std::string> ids;
  for (const auto& section : report.sections) {
    for (const Figure& figure : section.figures) EXPECT_TRUE(ids.insert(figure.id).second);
  }
  return ids;
}

PaperResults Ran(std::string_view jobs, std::vector<std::string> policies) {
  return RunPaper(SmallPaper(jobs, std::move(policies))).value().value();
}

void ExpectWhole(const Panel& panel, const std::string& where) {
  const std::size_t groups = panel.categories.size();
  std::size_t grouped = 0;
  for (const auto& group : panel.groups) grouped += static_cast<std::size_t>(group.count);
  EXPECT_EQ(grouped, groups) << where;
  EXPECT_THAT(panel.series, Not(IsEmpty())) << where;
  for (const Series& series : panel.series) {
    EXPECT_EQ(series.y.size(), groups > 0 ? groups : series.x.size()) << where << series.name;
    EXPECT_TRUE(std::is_sorted(series.x.begin(), series.x.end())) << where << series.name;
    EXPECT_THAT(series.y, Not(IsEmpty())) << where << series.name;
    EXPECT_TRUE(panel.second || !series.on_second_axis);
  }
}

TEST(PaperReport, HasEveryTableAndFigure) {
  const Report report = PaperReport(Ran("5,7,19", {"paper", "dvfs", "batchsizer", "oracle"}));
  EXPECT_THAT(FiguresOf(report),
              IsSupersetOf({"fig1", "fig2", "fig4", "fig5", "fig6", "fig7", "fig8", "fig5-policies",
                            "fig6-policies", "fig7-policies", "fig8-policies", "sensitivity"}));
  std::set<std::string> tables;
  for (const auto& section : report.sections) {
    for (const auto& table : section.tables) {
      EXPECT_TRUE(tables.insert(table.id).second);
      for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << table.id;
    }
  }
  EXPECT_EQ(tables, (std::set<std::string>{"table1", "table2", "policies", "constants"}));
  EXPECT_EQ(report.files[0].name, "jobs.csv");
  std::set<std::string> all = FiguresOf(report);
  all.insert(tables.begin(), tables.end());
  EXPECT_EQ(all, std::set<std::string>(report.possible_ids.begin(), report.possible_ids.end()));
}

TEST(PaperReport, HasFiguresThatAreWhole) {
  PaperOptions options = SmallPaper("2,5,19", {"paper", "dvfs", "power-limit"});
  options.command = "batchsizer experiment paper --jobs 2,5,19";
  const Report report = PaperReport(RunPaper(options).value().value());
  EXPECT_EQ(report.command, options.command);
  for (const auto& section : report.sections) {
    for (const Figure& figure : section.figures) {
      EXPECT_EQ(figure.command, options.command) << figure.id;
      EXPECT_EQ(figure.note, "emulated");
      for (const Panel& panel : figure.panels) ExpectWhole(panel, figure.id + " " + panel.title);
    }
  }
}

TEST(PaperReport, IsTheSameBytesWhateverTheThreads) {
  PaperOptions options = SmallPaper("5,13", {"paper", "dvfs"});
  const std::string one = ReportToHtml(PaperReport(RunPaper(options).value().value()));
  options.threads = 5;
  EXPECT_TRUE(ReportToHtml(PaperReport(RunPaper(options).value().value())) == one);
}

TEST(PaperReport, LeavesOutWhatWasNotRun) {
  const std::set<std::string> figures = FiguresOf(PaperReport(Ran("3", {"batchsizer"})));
  EXPECT_EQ(figures.count("fig4"), 0U);
  EXPECT_EQ(figures.count("fig5"), 0U);
  EXPECT_EQ(figures.count("fig7"), 0U);
  EXPECT_EQ(figures.count("fig1"), 1U);
  EXPECT_EQ(figures.count("fig6-policies"), 1U);
}

TEST(RunPaper, CountsItsStepsToTheEnd) {
  PaperOptions options = SmallPaper("1,2,3", {"dvfs"});
  std::atomic<int> done{0};
  options.step_done = [&] { ++done; };
  ASSERT_TRUE(RunPaper(options).value());
  EXPECT_EQ(done.load(), StepsOf(options));
  EXPECT_GT(done.load(), 3);
}

TEST(RunPaper, GivesNothingOnceStopped) {
  std::atomic<bool> stop{false};
  PaperOptions options = SmallPaper("1,2,3", {"dvfs"});
  options.stop = &stop;
  options.step_done = [&] { stop = true; };
  EXPECT_FALSE(RunPaper(options).value());
}

TEST(Figure4, ShowsTheSearchFromBatchSizeOneOn) {
  const Figure figure = Figure4(EmulatedPaper());
  ASSERT_EQ(figure.panels.size(), 2U);
  EXPECT_EQ(figure.panels[1].series[0].y.front(), 1);
  EXPECT_EQ(figure.panels[0].annotations.size(), figure.panels[0].series[0].x.size());
  EXPECT_THAT(figure.panels[0].annotations[0].text, HasSubstr("raise 1"));
}

TEST(Figure5, HasTheTwoPublishedGainsBesideOurs) {
  const Figure figure = Figure5(EmulatedPaper(), {{"paper", "dvfs"}, ""});
  ASSERT_EQ(figure.panels.size(), 1U);
  ASSERT_EQ(figure.panels[0].series.size(), 2U);
  const Series& published = figure.panels[0].series[1];
  EXPECT_EQ(published.y[18], 29);
  EXPECT_EQ(published.y[4], -8);
  EXPECT_EQ(std::count_if(published.y.begin(), published.y.end(),
                          [](double y) { return std::isfinite(y); }),
            2);
}

TEST(Figure7, ShowsNoReadingHigherThanThePeakAndHidesNone) {
  const PaperResults& results = EmulatedPaper();
  const Figure figure = Figure7(results, {{"paper", "dvfs"}, ""});
  ASSERT_EQ(figure.panels.size(), ShownJobs().size());
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const JobResult& job = *results.FindJob(ShownJobs()[i]);
    const auto& power = figure.panels[i].series[0].y;
    EXPECT_EQ(*std::max_element(power.begin(), power.end()),
              job.Find("paper")->HighestPeak().value());
    EXPECT_EQ(figure.panels[i].references[0].y[0], job.job.power_cap.value());
  }
}

TEST(SensitivityFigure, HasWhiskersAroundEveryGain) {
  const Figure figure = SensitivityFigure(Ran("8,19", {"paper", "dvfs"}));
  const Series& gains = figure.panels.at(0).series.at(0);
  for (std::size_t i = 0; i < gains.y.size(); ++i) {
    EXPECT_LE(gains.low.at(i), gains.y[i]);
    EXPECT_GE(gains.high.at(i), gains.y[i]);
  }
}

TEST(Table1, HoldsThePapersNumbersBesideOurs) {
  const auto csv = TableToCsv(Table1(EmulatedPaper()));
  EXPECT_THAT(csv, HasSubstr("236.32,120.08"));
  for (const NetworkFacts& network : EmulatedPaper().networks) {
    EXPECT_GT(network.parameters_m, 3) << network.name;
    EXPECT_GT(network.macs_g, 0.2) << network.name;
  }
}

// A cap below the smallest setting's power has no oracle, which is not one of 0 %.
TEST(PoliciesTable, LeavesJobsWithoutAnOracleOutOfItsMean) {
  PaperResults results = Ran("5,19", {"dvfs"});
  results.jobs[0].runs[0].summary.fraction_of_oracle.reset();
  results.jobs[1].runs[0].summary.fraction_of_oracle = 0.75;
  const auto row = PoliciesTable(results).rows.at(0);
  EXPECT_EQ(std::get<double>(row.at(2).value), 75);
  EXPECT_EQ(std::get<double>(row.at(3).value), 75);
  results.jobs[1].runs[0].summary.fraction_of_oracle.reset();
  const auto none = PoliciesTable(results).rows.at(0);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(none.at(2).value));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(none.at(3).value));
}

TEST(PoliciesTable, SaysWhereOurOwnPolicyLoses) {
  PaperResults results = Ran("5,19", {"paper", "batchsizer"});
  for (JobResult& job : results.jobs) {
    job.runs[0].summary.throughput_ips = 100;
    job.runs[1].summary.throughput_ips = 110;
    job.runs[1].summary.time_above_cap_s = 0;
  }
  EXPECT_THAT(PoliciesTable(results).caption,
              HasSubstr("slower than paper in no job; it is above the cap in 0 of 2 jobs."));
  record::Summary& sum = results.jobs[1].runs[1].summary;
  sum.throughput_ips = 90;
  sum.time_s = 100;
  sum.time_above_cap_s = 7;
  EXPECT_THAT(PoliciesTable(results).caption,
              HasSubstr("in job 19 (-10.0 %); it is above the cap in 1 of 2 jobs, at worst for "
                        "7.0 % of the time (job 19)."));
  results.policies = {"paper", "dvfs"};
  EXPECT_THAT(PoliciesTable(results).caption, Not(HasSubstr("slower")));
}

TEST(PaperReport, WarnsOfADeviceThatIsNotThePapers) {
  PaperResults results = Ran("5,19", {"paper"});
  EXPECT_EQ(PaperReport(results).notes.size(), 1U);
  results.device.name = "own";
  results.jobs[0].runs[0].windows[0].peak_power = Watts(200);
  const Report report = PaperReport(results);
  ASSERT_EQ(report.notes.size(), 2U);
  EXPECT_THAT(report.notes[1], HasSubstr("In 1 of 2 jobs the cap is below"));
}

TEST(MeanGain, IsTheGeometricMeanOfTheRatios) {
  const PaperResults results = Ran("5,19", {"paper", "dvfs"});
  const double product = (1 + *GainOver(results.jobs[0], "paper", "dvfs")) *
                         (1 + *GainOver(results.jobs[1], "paper", "dvfs"));
  EXPECT_NEAR(MeanGain(results, "paper"), std::sqrt(product) - 1, 1e-12);
  EXPECT_TRUE(std::isnan(MeanGain(results, "pit")));
}

}  // namespace
}  // namespace batchsizer::sim
