// Puts real weights into a network: a safetensors file's tensors, turned into ONNX's
// order, batch norms folded into the convolutions before them.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"
#include "flow/model/network_weights.h"
#include "flow/model/weight_map.h"

namespace batchsizer::flow {

// Under kWeightsKey (builder.h), in place of kGeneratedWeights.
inline constexpr std::string_view kImportedWeights = "imported";

struct WeightImport {
  int weights = 0;                  // filled
  int batch_norms = 0;              // folded
  std::vector<std::string> unused;  // tensors of the file
};

// Reads the network at model and writes it, filled, to output, whole or not at all;
// output may be model. map: PlanImport (import_plan.h) says what holds without one.
//
// A tensor without a layout is taken in the one that its shape fits. Where it fits
// several that differ, those of the file's other tensors decide: if all that fit one
// alone are TensorFlow's, or all PyTorch's, so is this one. Else it is an error.
//
// Errors: those of OpenOnnxFile, SafetensorsFile, PlanImport and ReplaceFile;
// kInvalidInput naming a tensor that does not fit, with both shapes.
[[nodiscard]] Result<WeightImport> ImportWeights(const std::string& model,
                                                 const std::string& weights,
                                                 const std::optional<WeightMap>& map,
                                                 const std::string& output);

// The skeleton of a map: every weight that must be filled, with its shape, filled from
// the tensors that ImportWeights looks for without a map. Errors: those of OpenOnnxFile.
struct NetworkForm {
  std::vector<NetworkWeight> weights;  // those that must be filled
  std::optional<double> epsilon;
};
[[nodiscard]] Result<NetworkForm> ReadNetworkForm(const std::string& model);
[[nodiscard]] std::string WeightMapText(const NetworkForm& network);

}  // namespace batchsizer::flow
