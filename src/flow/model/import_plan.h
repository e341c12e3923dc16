// Which tensors of a file make which weight of a network, worked out and checked by
// names, before any number is read.
//
// Thread safety: free functions and plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "batchsizer/result.h"
#include "flow/model/network_weights.h"
#include "flow/model/safetensors.h"
#include "flow/model/weight_map.h"

namespace batchsizer::flow {

// A batch norm with the names of its tensors; gamma and beta may be empty.
struct PlannedNorm {
  std::string gamma;
  std::string beta;
  std::string mean;
  std::string variance;
  double epsilon = 0;
};

struct PlannedWeight {
  NetworkWeight weight;
  std::string from = {};  // tensor; empty: fill
  float fill = 0;         // number throughout
  WeightLayout layout = WeightLayout::kAuto;
  std::optional<PlannedNorm> norm = {};  // folded into these filters and their biases
};

struct ImportPlan {
  std::vector<PlannedWeight> weights;  // those with a batch norm first
  std::vector<std::string> unused;     // tensors of the file, by name
};

// map: the user's; without one, names in the file are the network's own, as zoo.h says.
// epsilon: of the network's batch norms, if it tells.
// Errors: kInvalidInput naming weights that nothing fills (up to ten, and how many), names
// in the map that there are not, and batch norms that cannot be folded.
[[nodiscard]] Result<ImportPlan> PlanImport(const std::vector<NetworkWeight>& weights,
                                            const SafetensorsFile& file,
                                            const std::optional<WeightMap>& map,
                                            std::optional<double> epsilon);

// "a, b, c and 12 more".
[[nodiscard]] std::string FirstFew(const std::vector<std::string>& names);

}  // namespace batchsizer::flow
