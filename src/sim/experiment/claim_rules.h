// The rules behind claims.h, by what they look at, and what they share.
//
// Thread safety: free functions without state.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/check.h"
#include "record/report/figure.h"
#include "sim/experiment/paper_results.h"

namespace batchsizer::sim {

using Judged = std::optional<record::Claim>;

// Claims about most jobs, or about which is first, mean nothing with a few.
inline constexpr std::size_t kEnoughJobs = 10;

// All of them: holds; at least half: partly; fewer: differs. REQUIRES: all > 0, or any
// sentence would hold.
[[nodiscard]] inline record::Verdict VerdictOf(std::size_t those, std::size_t all) {
  BATCHSIZER_CHECK(all > 0);
  if (those == all) return record::Verdict::kHolds;
  return 2 * those >= all ? record::Verdict::kPartly : record::Verdict::kDiffers;
}

// Whether it holds, and if not whether in part.
[[nodiscard]] inline record::Verdict Graded(bool holds, bool partly) {
  if (holds) return record::Verdict::kHolds;
  return partly ? record::Verdict::kPartly : record::Verdict::kDiffers;
}

// claims_batches.cc: section 3.
[[nodiscard]] Judged ThroughputRises(const PaperResults& results);
[[nodiscard]] Judged PeakPowerRises(const PaperResults& results);
[[nodiscard]] Judged NothingGainedAfter256(const PaperResults& results);
[[nodiscard]] Judged MobileNetGainsOnCaltech(const PaperResults& results);
[[nodiscard]] Judged MobileNetGainsLittleOnImageNet(const PaperResults& results);
[[nodiscard]] Judged PowerSwings(const PaperResults& results);
[[nodiscard]] Judged UtilisationReaches100(const PaperResults& results);
[[nodiscard]] Judged SpikesSetTheMaximum(const PaperResults& results);

// claims_search.cc: sections 4 and 5, the course of a run.
[[nodiscard]] Judged SearchIsLogarithmic(const PaperResults& results);
[[nodiscard]] Judged ViolationsAreShort(const PaperResults& results);
[[nodiscard]] Judged LooseCapsAreUsed(const PaperResults& results);
[[nodiscard]] Judged DvfsCannotUseLooseCaps(const PaperResults& results);

// claims_gains.cc: section 5, Figs 5 and 6.
[[nodiscard]] Judged BestGainIs29(const PaperResults& results);
[[nodiscard]] Judged WorstGainIs8(const PaperResults& results);
[[nodiscard]] Judged BestGainIsJob19(const PaperResults& results);
[[nodiscard]] Judged WorstGainIsJob5(const PaperResults& results);
[[nodiscard]] Judged GainsFollowTheCap(const PaperResults& results);
[[nodiscard]] Judged TightCapsGainNothing(const PaperResults& results);
[[nodiscard]] Judged BatchIsNear16WithoutGain(const PaperResults& results);
[[nodiscard]] Judged BatchIsLargeWithGain(const PaperResults& results);

}  // namespace batchsizer::sim
