// What a model costs, as plain values: read by `inspect` and by the emulated
// devices, which price a batch from the MACs and bytes of each layer.
//
// Units: MACs are multiply-accumulates of convolutions and matrix products (the
// usual count: everything else is 0); activations and MACs are per image,
// weights once a batch. Sizes are those before any runtime's optimisation.
//
// Thread safety: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "batchsizer/engine.h"
#include "flow/model/tensor_info.h"

namespace batchsizer::flow {

struct LayerCost {
  std::string name = {};
  std::string op = {};            // ONNX operator: "Conv", "Clip", ...
  std::int64_t macs = 0;          // per image
  std::int64_t weight_bytes = 0;  // read once a batch
  std::int64_t input_bytes = 0;   // activations read, per image
  std::int64_t output_bytes = 0;  // activations written, per image

  friend bool operator==(const LayerCost&, const LayerCost&) = default;
};

struct ModelSummary {
  std::string path = {};
  std::int64_t file_bytes = 0;
  int opset = 0;  // of the standard operator set
  std::string producer = {};
  std::string description = {};    // the model's own words about itself; may be empty
  bool generated_weights = false;  // made by our zoo: its predictions mean nothing
  std::string zoo_name = {};       // which of our zoo's networks it is; empty: none

  std::int64_t parameters = 0;        // weights, counted once each
  std::int64_t weight_bytes = 0;      // the same in bytes
  std::int64_t macs = 0;              // per image, sum of the layers
  std::int64_t activation_bytes = 0;  // per image, sum of the layers' outputs

  InputSpec input = {};                            // open sizes filled in
  bool dynamic_image_size = false;                 // the model leaves height or width open
  std::optional<BatchSize> fixed_batch_size = {};  // set when the batch axis is not open
  std::vector<TensorInfo> inputs = {};             // as the file says, defaults left out
  std::vector<TensorInfo> outputs = {};
  int classes = 0;  // of the first output that scores classes; 0 if none or open

  std::vector<LayerCost> layers = {};  // in the file's order
  // Layers whose sizes could not be inferred: they count as 0 above.
  int unknown_layers = 0;
};

}  // namespace batchsizer::flow
