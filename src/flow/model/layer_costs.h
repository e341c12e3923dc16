// MACs and bytes of each layer of an ONNX graph whose shapes are known.
// For the .cc files of this folder.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/model/model_summary.h"

namespace onnx {
class GraphProto;
}

namespace batchsizer::flow {

struct LayerCosts {
  std::vector<LayerCost> layers;
  std::int64_t parameters = 0;
  std::int64_t weight_bytes = 0;
  int unknown_layers = 0;
};

// graph: after shape inference. batch: what its batch axis was set to; costs
// are divided by it. REQUIRES: batch >= 1.
[[nodiscard]] LayerCosts CostsOf(const onnx::GraphProto& graph, std::int64_t batch);

}  // namespace batchsizer::flow
