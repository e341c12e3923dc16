// The weights of a network that can be filled from elsewhere: those of its convolutions,
// matrix products and batch norms.
//
// Thread safety: free functions and plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "batchsizer/result.h"
#include "flow/model/weight_layout.h"

namespace onnx {
class ModelProto;
class TensorProto;
}  // namespace onnx

namespace batchsizer::flow {

struct NetworkWeight {
  std::string name;
  WeightForm form;
  // Whether the layer's work hangs on it: filters, matrices, biases, batch norms. Of
  // others, such as constants to add or to multiply with, nobody asks to be filled.
  bool needed = false;
  std::string biases = {};      // of filters: the weight that is added; empty: none
  std::string batch_norm = {};  // of filters: scope of the batch norm that is folded in
  bool is_gamma = false;        // of a batch norm that is a layer
};

// In the order of the layers. Errors: kUnsupported for weights kept in other files.
[[nodiscard]] Result<std::vector<NetworkWeight>> WeightsOf(const onnx::ModelProto& model);

// The epsilon of its folded batch norms, where the network tells (zoo.h).
[[nodiscard]] std::optional<double> EpsilonOf(const onnx::ModelProto& model);

}  // namespace batchsizer::flow
