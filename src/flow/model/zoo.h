// Networks that we can make as ONNX files, by name.
//
// Their weights are generated from a seed: the work is the real network's,
// predictions mean nothing, and the file says so (kWeightsKey in builder.h).
//
// For whoever puts real weights in: layers have TF-slim's variable scopes as names,
// and weights those of TF-slim's variables: SCOPE/weights (SCOPE/depthwise_weights,
// SCOPE/pointwise_weights), SCOPE/biases, and of a batch norm that is a layer
// SCOPE/gamma, beta, moving_mean, moving_variance. Shapes are ONNX's: [out, in / groups,
// height, width] of a convolution, [out, in] of the last layer (TF: [height, width, in,
// out], depthwise [height, width, in, multiplier], [1, 1, in, out] or [in, out]).
// A batch norm behind a convolution is folded into it. The file's metadata_props say so
// (names in builder.h and below):
//   batchsizer.zoo                  the network's name here
//   batchsizer.batch_norm_epsilon   of every batch norm of the network
//   batchsizer.folded_batch_norms   lines "WEIGHTS BATCH_NORM_SCOPE": WEIGHTS (its full
//     name) and the biases of its scope hold that batch norm. TF-slim has no variable
//     gamma where it is 1 throughout (Inception), and no biases where a batch norm
//     follows.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "batchsizer/result.h"
#include "flow/model/model_summary.h"
#include "flow/model/summarise.h"

namespace batchsizer::flow {

inline constexpr std::uint64_t kDefaultZooSeed = 1;
// Raised whenever the same name and seed give another file, so that files kept from
// before are not taken for today's.
inline constexpr int kZooRevision = 2;
inline constexpr std::string_view kZooKey = "batchsizer.zoo";
inline constexpr std::string_view kBatchNormEpsilonKey = "batchsizer.batch_norm_epsilon";

[[nodiscard]] std::span<const std::string_view> ZooNames();

// Makes the file in about a second, whole or not at all. Errors: kInvalidInput
// (unknown name; the nearest is named), and those of ModelBuilder::Save.
[[nodiscard]] Status BuildZooModel(std::string_view name, const std::string& path,
                                   std::uint64_t seed = kDefaultZooSeed);

// What SummariseFile says of that file, but without making it: in milliseconds. Its
// path is "zoo:NAME". Errors: kInvalidInput for an unknown name or unfitting options.
[[nodiscard]] Result<ModelSummary> SummariseZooModel(std::string_view name,
                                                     const SummaryOptions& options = {});

}  // namespace batchsizer::flow
