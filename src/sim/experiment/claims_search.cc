// Sections 4 and 5 of the paper: the course of a run.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/experiment/claim_rules.h"

namespace batchsizer::sim {
namespace {

using record::Claim;

// log2 of the paper's nine batch sizes, rounded up, and the window that finds out.
constexpr std::size_t kFewWindows = 5;
constexpr double kRareViolation = 0.05;      // of the time
constexpr double kSlightViolation = 0.05;    // of the cap
constexpr std::int64_t kShortViolation = 3;  // windows: not sustained (docs/glossary.md)

// Highest peak once the setting changes no more.
double SettledPeak(const PolicyRun& run) {
  double most = 0;
  for (std::size_t i = run.WindowsToSettle(); i < run.windows.size(); ++i) {
    if (run.windows[i].peak_power) most = std::max(most, run.windows[i].peak_power->value());
  }
  return most;
}

struct Pair {
  const JobResult* job = nullptr;
  const PolicyRun* paper = nullptr;
  const PolicyRun* dvfs = nullptr;
};

// Jobs that were run under both.
std::vector<Pair> PairsOf(const PaperResults& results) {
  std::vector<Pair> pairs;
  for (const JobResult& job : results.jobs) {
    const Pair pair{&job, job.Find("paper"), job.Find("dvfs")};
    if (pair.paper != nullptr && pair.dvfs != nullptr) pairs.push_back(pair);
  }
  return pairs;
}

// Jobs that DVFS leaves power of: at its highest clock, still below the band.
std::vector<Pair> LooseJobs(const PaperResults& results) {
  std::vector<Pair> loose;
  const double top = results.device.clocks.back().clock.value();
  for (const Pair& pair : PairsOf(results)) {
    const bool at_top = pair.dvfs->summary.final_clock_mhz.value_or(0) == top;
    const double band = kPaperAlpha * pair.job->job.power_cap.value();
    if (at_top && pair.dvfs->HighestPeak().value() < band) loose.push_back(pair);
  }
  return loose;
}

// What is rare, slight and short of a violation, and in how many jobs it is.
struct ViolationCounts {
  std::size_t jobs = 0;
  std::size_t rare = 0;
  std::size_t slight = 0;
  std::size_t brief = 0;
  std::size_t all_three = 0;
  std::size_t never = 0;
  double most_share = 0;
  double longest_s = 0;
  double most_above = 0;

  // REQUIRES: it took time.
  void Add(const PolicyRun& run, Watts cap) {
    const double share = run.summary.time_above_cap_s / run.summary.time_s;
    const double above = run.HighestPeak() / cap - 1;
    const bool is_rare = share <= kRareViolation;
    const bool is_slight = above <= kSlightViolation;
    const bool is_brief = run.summary.longest_violation_windows <= kShortViolation;
    ++jobs;
    rare += is_rare ? 1 : 0;
    slight += is_slight ? 1 : 0;
    brief += is_brief ? 1 : 0;
    all_three += is_rare && is_slight && is_brief ? 1 : 0;
    never += run.summary.time_above_cap_s > 0 ? 0 : 1;
    most_share = std::max(most_share, share);
    longest_s = std::max(longest_s, run.summary.longest_violation_s);
    most_above = std::max(most_above, above);
  }
};

}  // namespace

Judged SearchIsLogarithmic(const PaperResults& results) {
  std::size_t quick = 0;
  std::size_t all = 0;
  std::size_t most = 0;
  for (const JobResult& job : results.jobs) {
    const PolicyRun* run = job.Find("paper");
    if (run == nullptr) continue;
    ++all;
    const std::size_t windows = run->WindowsToSettle();
    if (windows > kFewWindows) continue;
    ++quick;
    most = std::max(most, windows);
  }
  if (all == 0) return {};
  return Claim{
      .place = "section 4",
      .sentence = "The search takes O(log n) windows.",
      .measured =
          fmt::format("{} of {} jobs settle, after at most {} windows of {} that halving nine "
                      "sizes may take.",
                      quick, all, most, kFewWindows),
      .verdict = VerdictOf(quick, all),
      .why =
          "Where one size is below the band and the next one above the cap, or one lies so near "
          "to the cap that the sensor decides, the listing goes back and forth between two."};
}

Judged ViolationsAreShort(const PaperResults& results) {
  ViolationCounts counts;
  for (const JobResult& job : results.jobs) {
    const PolicyRun* run = job.Find("paper");
    if (run != nullptr && run->summary.time_s > 0) counts.Add(*run, job.job.power_cap);
  }
  if (counts.jobs == 0) return {};
  return Claim{
      .place = "section 5, Fig. 7",
      .sentence =
          "The cap is broken rarely, slightly and for a short time, while the batch size is "
          "adjusted.",
      .measured = fmt::format(
          "Rarely (5 % of the time or less) in {} of {} jobs, slightly (no reading more than 5 % "
          "above it) in {}, shortly (3 windows or fewer) in {}; all three in {}, of which {} never "
          "break it. At worst {:.0f} % of the time, {:.1f} s at a stretch, {:.0f} % above it.",
          counts.rare, counts.jobs, counts.slight, counts.brief, counts.all_three, counts.never,
          100 * counts.most_share, counts.longest_s, 100 * counts.most_above),
      .verdict = VerdictOf(counts.all_three, counts.jobs),
      .why =
          "The first batch size that the search tries above the cap may be far above it; a window "
          "is ten batches however long they take, and where the listing goes back and forth "
          "between two sizes every second window is above the cap."};
}

Judged LooseCapsAreUsed(const PaperResults& results) {
  const std::vector<Pair> loose = LooseJobs(results);
  if (loose.empty()) return {};
  std::size_t used = 0;
  std::size_t at_end = 0;
  for (const Pair& pair : loose) {
    const bool in_band = SettledPeak(*pair.paper) >= kPaperAlpha * pair.job->job.power_cap.value();
    used += in_band ? 1 : 0;
    at_end += !in_band && pair.paper->summary.final_batch_size >= kPaperLargestBatch ? 1 : 0;
  }
  return Claim{
      .place = "section 5, Fig. 7",
      .sentence = "Where the cap is loose a larger batch uses the power that it allows.",
      .measured =
          fmt::format("In {} of {} such jobs the peak ends within the band, {:.0f} % of the cap or "
                      "more; in {} the batch size ends at its largest, still below the band.",
                      used, loose.size(), 100 * kPaperAlpha, at_end),
      .verdict = VerdictOf(used, loose.size()),
      .why =
          "Some caps are above what the largest batch draws. Otherwise Algorithm 1 stops where "
          "halving the list leaves nothing."};
}

Judged DvfsCannotUseLooseCaps(const PaperResults& results) {
  const std::vector<Pair> loose = LooseJobs(results);
  // With many jobs and none of this kind the sentence is refuted, not left open.
  if (loose.empty() && PairsOf(results).size() < kEnoughJobs) return {};
  std::size_t higher = 0;
  double most = 0;
  for (const Pair& pair : loose) {
    const double left = pair.job->job.power_cap.value() - pair.dvfs->HighestPeak().value();
    higher += pair.paper->HighestPeak().value() > pair.dvfs->HighestPeak().value() ? 1 : 0;
    most = std::max(most, left);
  }
  return Claim{
      .place = "section 5, Fig. 7",
      .sentence = "DVFS cannot use the power of loose caps, not even at its highest clock.",
      .measured = fmt::format("In {} jobs it stays below the band at the highest clock, by up to "
                              "{:.0f} W below the cap; in {} of them the batch size gets higher.",
                              loose.size(), most, higher),
      .verdict = loose.empty() ? record::Verdict::kDiffers : VerdictOf(higher, loose.size()),
      .why = "A batch of 16 fills the emulated device already in these networks."};
}

}  // namespace batchsizer::sim
