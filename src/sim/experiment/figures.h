// The paper's figures from what was measured. Each is empty of panels where what it
// shows was not run.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/report/figure.h"
#include "sim/experiment/paper_results.h"

namespace batchsizer::sim {

// "Inception v1" for "inception-v1".
[[nodiscard]] std::string TitleOfNetwork(std::string_view network);
// "Job 19: ResNet-v2-101, Caltech256, 236 W"
[[nodiscard]] std::string TitleOfJob(const PaperJob& job);

// Section 3.
[[nodiscard]] record::Figure Figure1(const PaperResults& results);
[[nodiscard]] record::Figure Figure2(const PaperResults& results);
// Section 4: one search, window by window.
[[nodiscard]] record::Figure Figure4(const PaperResults& results);

// Section 5, of these policies, beside each other. id_suffix tells the two sets apart:
// "" for the paper's two policies, "-policies" for all.
struct PoliciesShown {
  std::vector<std::string> policies;
  std::string id_suffix;
};
// "Fig. 5", or "Fig. 5, all policies".
[[nodiscard]] inline std::string NumberOf(std::string_view figure, const PoliciesShown& shown) {
  return std::string(figure) + (shown.id_suffix.empty() ? "" : ", all policies");
}
[[nodiscard]] record::Figure Figure5(const PaperResults& results, const PoliciesShown& shown);
[[nodiscard]] record::Figure Figure6(const PaperResults& results, const PoliciesShown& shown);
[[nodiscard]] record::Figure Figure7(const PaperResults& results, const PoliciesShown& shown);
[[nodiscard]] record::Figure Figure8(const PaperResults& results, const PoliciesShown& shown);

// What the paper does not have: fraction of the oracle and time above the cap, by job.
[[nodiscard]] record::Figure OracleFigure(const PaperResults& results, const PoliciesShown& shown);
// The gains with what they move between when a constant is moved.
[[nodiscard]] record::Figure SensitivityFigure(const PaperResults& results);

}  // namespace batchsizer::sim
