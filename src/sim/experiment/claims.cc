#include "sim/experiment/claims.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "sim/experiment/claim_rules.h"

namespace batchsizer::sim {
namespace {

constexpr auto kRules = std::to_array<ClaimRule>({
    {"throughput-rises", ThroughputRises},
    {"peak-power-rises", PeakPowerRises},
    {"mobilenet-gains-on-caltech", MobileNetGainsOnCaltech},
    {"mobilenet-gains-little-on-imagenet", MobileNetGainsLittleOnImageNet},
    {"nothing-gained-after-256", NothingGainedAfter256},
    {"power-swings", PowerSwings},
    {"utilisation-reaches-100", UtilisationReaches100},
    {"spikes-set-the-maximum", SpikesSetTheMaximum},
    {"search-is-logarithmic", SearchIsLogarithmic},
    {"best-gain-is-29", BestGainIs29},
    {"best-gain-is-job-19", BestGainIsJob19},
    {"worst-gain-is-8", WorstGainIs8},
    {"worst-gain-is-job-5", WorstGainIsJob5},
    {"gains-follow-the-cap", GainsFollowTheCap},
    {"tight-caps-gain-nothing", TightCapsGainNothing},
    {"batch-near-16-without-gain", BatchIsNear16WithoutGain},
    {"large-batch-with-gain", BatchIsLargeWithGain},
    {"loose-caps-are-used", LooseCapsAreUsed},
    {"dvfs-cannot-use-loose-caps", DvfsCannotUseLooseCaps},
    {"violations-are-short", ViolationsAreShort},
});

}  // namespace

std::span<const ClaimRule> ClaimRules() { return kRules; }

std::optional<record::Claim> JudgeClaim(std::string_view id, const PaperResults& results) {
  const auto at = std::find_if(kRules.begin(), kRules.end(),
                               [&](const ClaimRule& rule) { return rule.id == id; });
  BATCHSIZER_CHECK(at != kRules.end());
  return at->judge(results);
}

std::vector<record::Claim> JudgeClaims(const PaperResults& results) {
  std::vector<record::Claim> claims;
  for (const ClaimRule& rule : kRules) {
    auto claim = rule.judge(results);
    if (!claim) continue;
    if (claim->verdict == record::Verdict::kHolds) claim->why.clear();
    claims.push_back(std::move(*claim));
  }
  return claims;
}

}  // namespace batchsizer::sim
