// The twenty jobs of the paper's Table 2, and how a command line names some of them.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"
#include "batchsizer/units.h"
#include "flow/image/image_set.h"

namespace batchsizer::sim {

// The paper's batch sizes are powers of two up to this (section 5); the band
// is from alpha x cap to the cap.
inline constexpr int kPaperLargestBatch = 256;
inline constexpr double kPaperAlpha = 0.8;
// Images a job (section 3).
inline constexpr std::int64_t kPaperImages = flow::kPaperSetImages;

struct PaperJob {
  int number = 0;
  std::string_view network;  // as in flow::ZooNames()
  std::string_view dataset;  // "imagenet" or "caltech256"
  Watts power_cap;
};

[[nodiscard]] std::span<const PaperJob> PaperJobs();

// "ImageNet" for "imagenet".
[[nodiscard]] std::string_view TitleOfDataset(std::string_view dataset);

// "1,5,19", "1..10", "3,11..13", "all": jobs of the table in its order, each once.
// Errors: kInvalidInput, with the part that is wrong.
[[nodiscard]] Result<std::vector<PaperJob>> ParseJobs(std::string_view text);

// "paper,dvfs": policies in the order given, each once; "all": every one that the
// evaluation knows. Errors: kInvalidInput, naming the known ones.
[[nodiscard]] Result<std::vector<std::string>> ParsePolicies(std::string_view text);

// What is compared when nothing is asked for: the paper's two first, then the
// others; not `fixed`, which has nothing to choose, and not a variant of `paper`.
[[nodiscard]] std::vector<std::string> PoliciesToCompare();

}  // namespace batchsizer::sim
