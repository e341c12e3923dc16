// Section 5 of the paper, Figs 5 and 6: the gains over DVFS.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/experiment/claim_rules.h"

namespace batchsizer::sim {
namespace {

using record::Claim;
using record::Verdict;

constexpr double kPublishedBest = 0.29;   // job 19
constexpr double kPublishedWorst = 0.08;  // job 5, a loss
// How near a gain must be to a published one, and to be so in part.
constexpr double kNear = 0.05;
constexpr double kPartlyNear = 0.10;
constexpr double kNoGain = 0.03;

struct Gain {
  int job = 0;
  double gain = 0;
  double batch = 0;  // mean
  // Cap over the highest reading under DVFS: near 1 is tight.
  double looseness = 0;
  bool tight = false;  // DVFS has to stay below its highest clock
};

std::vector<Gain> GainsOf(const PaperResults& results) {
  std::vector<Gain> gains;
  const double top = results.device.clocks.back().clock.value();
  for (const JobResult& result : results.jobs) {
    const auto gain = GainOver(result, "paper", "dvfs");
    if (!gain) continue;
    const PolicyRun& dvfs = *result.Find("dvfs");
    gains.push_back({.job = result.job.number,
                     .gain = *gain,
                     .batch = result.Find("paper")->summary.mean_batch_size,
                     .looseness = result.job.power_cap.value() / dvfs.HighestPeak().value(),
                     .tight = dvfs.summary.final_clock_mhz.value_or(top) < top});
  }
  return gains;
}

std::vector<Gain> ByGain(std::vector<Gain> gains) {
  std::stable_sort(gains.begin(), gains.end(),
                   [](const Gain& a, const Gain& b) { return a.gain > b.gain; });
  return gains;
}

// 1: the largest gain; 0: not among them.
std::size_t PlaceOf(int job, const std::vector<Gain>& by_gain) {
  for (std::size_t i = 0; i < by_gain.size(); ++i) {
    if (by_gain[i].job == job) return i + 1;
  }
  return 0;
}

// Ranks from 0 on, by value.
std::vector<double> Ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) ranks[order[i]] = static_cast<double>(i);
  return ranks;
}

// Spearman's, for values that hardly ever tie. REQUIRES: two or more.
double RankCorrelation(const std::vector<double>& a, const std::vector<double>& b) {
  const std::vector<double> ranks_a = Ranks(a);
  const std::vector<double> ranks_b = Ranks(b);
  const auto n = static_cast<double>(a.size());
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += std::pow(ranks_a[i] - ranks_b[i], 2);
  return 1 - 6 * squares / (n * (n * n - 1));
}

Verdict NearPublished(double gain, double published) {
  const double away = std::abs(gain - published);
  return Graded(away <= kNear, away <= kPartlyNear);
}

constexpr std::string_view kNearText = "Within 5 points holds, within 10 is partly.";

// First: holds; second or third: partly.
Verdict PlaceVerdict(std::size_t place) { return Graded(place == 1, place <= 3); }

constexpr std::string_view kPlaceText = "First holds, second or third is partly.";

// Why a larger batch gains what it does.
std::string WhyGains(const PaperResults& results) {
  return results.HasPapersHost()
             ? "What a batch larger than 16 gains is the time that the host adds to every batch "
               "and layer. It is fitted to published logs of a later system of the same authors, "
               "for all networks together"
             : "What a batch larger than 16 gains depends on the device and its host, which are "
               "not the paper's";
}

std::string WhyLosses(const PaperResults& results) {
  return results.HasPapersHost()
             ? "So tight a cap leaves the batch size a few images, and what the host adds to every "
               "batch weighs on them; DVFS keeps 16 at a low clock, which the host does not feel."
             : "The caps are the paper's, not this device's.";
}

// Why another job than 19 is the best, as far as that is known.
std::string_view WhyAnother(const PaperResults& results, int job) {
  if (job == 19 || !results.HasPapersHost()) return "";
  const std::string_view network = results.FindJob(job)->job.network;
  const bool nasnet = network == "nasnet-mobile" || network == "pnasnet-mobile";
  return nasnet ? "; the NASNets have the most layers for their work, and so gain the most" : "";
}

}  // namespace

Judged BestGainIs29(const PaperResults& results) {
  const auto gains = ByGain(GainsOf(results));
  if (gains.size() < kEnoughJobs) return {};
  const Gain& best = gains.front();
  return Claim{
      .place = "section 5, Fig. 5",
      .sentence = "Throughput is up to 29 % above DVFS's.",
      .measured = fmt::format("Up to {:+.1f} %, in job {}: {:.1f} points away. {}", 100 * best.gain,
                              best.job, 100 * std::abs(best.gain - kPublishedBest), kNearText),
      .verdict = NearPublished(best.gain, kPublishedBest),
      .why = fmt::format("{}{}.", WhyGains(results), WhyAnother(results, best.job))};
}

Judged BestGainIsJob19(const PaperResults& results) {
  const auto gains = ByGain(GainsOf(results));
  const std::size_t place = PlaceOf(19, gains);
  if (place == 0 || gains.size() < kEnoughJobs) return {};
  return Claim{
      .place = "section 5, Fig. 5",
      .sentence = "The largest gain is job 19's.",
      .measured = fmt::format("Job 19 gains {:+.1f} %, in place {} of {}. {}",
                              100 * gains[place - 1].gain, place, gains.size(), kPlaceText),
      .verdict = PlaceVerdict(place),
      .why = fmt::format("{}{}.", WhyGains(results), WhyAnother(results, gains[0].job))};
}

Judged WorstGainIs8(const PaperResults& results) {
  const auto gains = ByGain(GainsOf(results));
  if (gains.size() < kEnoughJobs) return {};
  const Gain& worst = gains.back();
  return Claim{.place = "section 5, Fig. 5",
               .sentence = "At worst throughput is 8 % below DVFS's.",
               .measured = fmt::format("At worst {:+.1f} %, in job {}: {:.1f} points away. {}",
                                       100 * worst.gain, worst.job,
                                       100 * std::abs(worst.gain + kPublishedWorst), kNearText),
               .verdict = NearPublished(worst.gain, -kPublishedWorst),
               .why = WhyLosses(results)};
}

Judged WorstGainIsJob5(const PaperResults& results) {
  const auto gains = ByGain(GainsOf(results));
  const std::size_t place = PlaceOf(5, gains);
  if (place == 0 || gains.size() < kEnoughJobs) return {};
  const std::size_t from_below = gains.size() + 1 - place;
  const double gain = gains[place - 1].gain;
  return Claim{.place = "section 5, Fig. 5",
               .sentence = "The smallest gain is job 5's, and a loss.",
               .measured = fmt::format("Job 5: {:+.1f} %, in place {} from below of {}. {} A gain "
                                       "differs.",
                                       100 * gain, from_below, gains.size(), kPlaceText),
               .verdict = gain < 0 ? PlaceVerdict(from_below) : Verdict::kDiffers,
               .why = "Another job's cap is the tighter one for this device."};
}

Judged GainsFollowTheCap(const PaperResults& results) {
  const auto gains = GainsOf(results);
  if (gains.size() < kEnoughJobs) return {};
  std::vector<double> gain;
  std::vector<double> looseness;
  for (const Gain& g : gains) {
    gain.push_back(g.gain);
    looseness.push_back(g.looseness);
  }
  const double correlation = RankCorrelation(gain, looseness);
  return Claim{
      .place = "section 5, Fig. 5",
      .sentence = "The looser the cap, the larger the gain.",
      .measured = fmt::format("Rank correlation of the gain with cap / highest power under DVFS: "
                              "{:.2f} over {} jobs. 0.6 holds, 0.3 is partly.",
                              correlation, gains.size()),
      .verdict = Graded(correlation >= 0.6, correlation >= 0.3),
      .why = "A loose cap lets the batch grow; what that gains depends on the network."};
}

Judged TightCapsGainNothing(const PaperResults& results) {
  std::size_t tight = 0;
  std::size_t small = 0;
  double least = 1e9;
  double most = -1e9;
  for (const Gain& gain : GainsOf(results)) {
    if (!gain.tight) continue;
    ++tight;
    small += gain.gain <= kNoGain && gain.gain >= -kPublishedWorst ? 1 : 0;
    least = std::min(least, gain.gain);
    most = std::max(most, gain.gain);
  }
  if (tight == 0) return {};
  return Claim{
      .place = "section 5, Fig. 5",
      .sentence = "Under tight caps the gain is about zero or slightly negative.",
      .measured = fmt::format("In the {} jobs in which DVFS has to lower the clock it lies between "
                              "{:+.1f} and {:+.1f} %; in {} of them between -8, the paper's worst, "
                              "and +3 %.",
                              tight, 100 * least, 100 * most, small),
      .verdict = VerdictOf(small, tight),
      .why = WhyLosses(results)};
}

Judged BatchIsNear16WithoutGain(const PaperResults& results) {
  std::size_t flat = 0;
  std::size_t near = 0;
  double least = 1e9;
  double most = 0;
  for (const Gain& gain : GainsOf(results)) {
    if (std::abs(gain.gain) > kNoGain) continue;
    ++flat;
    near += gain.batch >= 8 && gain.batch <= 32 ? 1 : 0;
    least = std::min(least, gain.batch);
    most = std::max(most, gain.batch);
  }
  if (flat == 0) return {};
  return Claim{
      .place = "section 5, Fig. 6",
      .sentence = "Where nothing is gained the average batch size is near 16, which DVFS has.",
      .measured = fmt::format("In the {} jobs within {:.0f} % of DVFS it lies between {:.0f} and "
                              "{:.0f}; in {} of them between 8 and 32.",
                              flat, 100 * kNoGain, least, most, near),
      .verdict = VerdictOf(near, flat),
      .why = "Where the host sets the pace a larger batch gains nothing either."};
}

Judged BatchIsLargeWithGain(const PaperResults& results) {
  constexpr std::size_t kLargest = 5;
  const auto gains = ByGain(GainsOf(results));
  if (gains.size() < kEnoughJobs) return {};
  std::size_t large = 0;
  double least = 1e9;
  double most = 0;
  for (std::size_t i = 0; i < kLargest; ++i) {
    large += gains[i].batch >= 32 ? 1 : 0;
    least = std::min(least, gains[i].batch);
    most = std::max(most, gains[i].batch);
  }
  return Claim{
      .place = "section 5, Fig. 6",
      .sentence = "Where much is gained the average batch size is large.",
      .measured = fmt::format("In the {} jobs with the largest gains it lies between {:.0f} and "
                              "{:.0f}; in {} of them it is 32 or more.",
                              kLargest, least, most, large),
      .verdict = VerdictOf(large, kLargest),
      .why = "A short job spends much of its time searching at small batch sizes."};
}

}  // namespace batchsizer::sim
