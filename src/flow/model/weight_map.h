// Which tensor of a safetensors file fills which weight of a network: a TOML file.
//
//   epsilon = 0.001            # of batch norms, where an entry does not say
//   [weights]
//   "conv1/weights" = { from = "features.0.0.weight", layout = "oihw",
//                       batch_norm = { gamma = "...", beta = "...", mean = "...",
//                                      variance = "...", epsilon = 1e-5 } }
//   "fc/biases" = "classifier.bias"     # short for { from = "classifier.bias" }
//   "conv2/biases" = { fill = 0 }       # that number throughout
//   "mean" = { keep = true }            # stays as it is in the network
//
// docs/zoo-import.md has the words.
//
// Thread safety: free functions and plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "batchsizer/result.h"
#include "flow/model/weight_layout.h"

namespace batchsizer::flow {

// The batch norm behind a convolution, which is folded into it.
struct BatchNormSource {
  // The common beginning of its tensors' names, by TensorFlow's or PyTorch's words; empty
  // where the names themselves are given.
  std::string scope = {};
  std::string gamma = {};  // empty: 1 throughout
  std::string beta = {};   // empty: 0 throughout
  std::string mean = {};
  std::string variance = {};
  std::optional<double> epsilon = {};
};

// One of from, fill and keep.
struct WeightSource {
  std::string from = {};
  std::optional<float> fill = {};
  WeightLayout layout = WeightLayout::kAuto;
  std::optional<BatchNormSource> batch_norm = {};
  bool keep = false;
};

struct WeightMap {
  std::string file;  // as said in messages
  std::map<std::string, WeightSource, std::less<>> weights;
  std::optional<double> epsilon;
};

// file: for messages, "FILE:LINE: what". Errors: kInvalidInput.
[[nodiscard]] Result<WeightMap> ParseWeightMap(std::string_view text, std::string_view file);

}  // namespace batchsizer::flow
