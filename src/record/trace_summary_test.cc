// The summary of a trace against the one made while it was written.
#include "record/trace_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/trace_csv.h"

namespace batchsizer::record {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

// A run of which everything is in its trace, one window a row of the table.
class WrittenRun {
 public:
  void Window(int length_ms, int batch, int next, double peak_w, double cap_w, Action action,
              Reason reason = Reason::kWithinBand) {
    WindowRecord record;
    record.start = now_;
    record.end = now_ += milliseconds(length_ms);
    record.batches = 10;
    record.images = std::int64_t{10} * batch;
    record.setting = {BatchSize(batch), Megahertz(1000 + batch)};
    record.peak_power = Watts(peak_w);
    record.mean_power = Watts(0.75 * peak_w);
    record.cap = Watts(cap_w);
    record.energy = *record.mean_power * milliseconds(length_ms);
    record.decision = {{BatchSize(next), Megahertz(1000 + next)}, action, reason};
    builder_.Add(record);
    AppendTraceRow(text_, record, TimePoint{});
    text_ += '\n';
  }
  [[nodiscard]] Summary Sum() const { return builder_.Build(); }
  [[nodiscard]] Trace Written() const { return ParseTrace(text_, "t.csv").value(); }

 private:
  TimePoint now_{};
  SummaryBuilder builder_{TimePoint{}};
  std::string text_ = std::string(kTraceHeader) + "\n";
};

WrittenRun Example() {
  WrittenRun run;
  run.Window(100, 8, 16, 90, 130, Action::kRaise);
  run.Window(150, 16, 32, 100, 130, Action::kRaise);
  run.Window(80, 32, 16, 140, 130, Action::kLower);
  run.Window(70, 16, 16, 131, 130, Action::kKeep);
  run.Window(300, 16, 8, 110, 130, Action::kLower);
  run.Window(310, 8, 8, 95, 100, Action::kKeep);
  run.Window(200, 8, 8, 99, 100, Action::kKeep);
  return run;
}

void ExpectTheSame(const Summary& read, const Summary& written) {
  auto a = ToJson(read);
  auto b = ToJson(written);
  for (const auto& [key, value] : b.items()) {
    if (value.is_number()) {
      EXPECT_NEAR(a[key].get<double>(), value.get<double>(), 1e-6) << key;
    } else {
      EXPECT_EQ(a[key], value) << key;
    }
  }
}

TEST(TraceSummary, IsTheOneOfTheRun) {
  const auto run = Example();
  ExpectTheSame(SummariseTrace(run.Written()), run.Sum());
  EXPECT_GT(run.Sum().time_above_cap_s, 0);
  EXPECT_EQ(run.Sum().changes, 4);
  EXPECT_TRUE(run.Sum().converged_at_s);
}

TEST(TraceSummary, KnowsThatALastDecisionChangedIt) {
  auto run = Example();
  run.Window(100, 8, 16, 50, 100, Action::kRaise);
  const Summary read = SummariseTrace(run.Written());
  EXPECT_EQ(read.changes, run.Sum().changes);
  EXPECT_EQ(read.converged_at_s, std::nullopt);
}

TEST(TraceSummary, DecidesNothingAtTheEndOfTheRun) {
  auto run = Example();
  run.Window(100, 8, 8, 50, 100, Action::kKeep, Reason::kEndOfRun);
  ExpectTheSame(SummariseTrace(run.Written()), run.Sum());
}

TEST(TraceSummary, OfNoWindowsIsZero) { EXPECT_EQ(SummariseTrace(Trace{}).windows, 0); }

TEST(SummaryOfARun, FitsTheTraceOfThatRunOnly) {
  const auto run = Example();
  const Summary read = SummariseTrace(run.Written());
  nlohmann::json own = ToJson(run.Sum());
  EXPECT_TRUE(CheckSummaryFits(own, read, "s.json").has_value());
  const auto fault = [&read](const nlohmann::json& summary) {
    const auto fits = CheckSummaryFits(summary, read, "s.json");
    return fits ? std::string("fits") : fits.error().message;
  };
  own["images"] = 1;
  EXPECT_THAT(fault(own), HasSubstr("s.json: is of another run: its images is 1, the trace's "));
  own.erase("windows");
  EXPECT_THAT(fault(own), HasSubstr("has no number 'windows'"));
  EXPECT_THAT(fault(nlohmann::json::array()), HasSubstr("is no JSON object"));
  own = ToJson(run.Sum());
  own["time_s"] = own["time_s"].get<double>() + 0.001;
  EXPECT_THAT(fault(own), HasSubstr("time_s"));
}

}  // namespace
}  // namespace batchsizer::record
