#include "flow/model/zoo_layers.h"

#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {

Layer Normalised(const std::string& scope, std::string_view weights) {
  return {.scope = scope, .weights = weights, .batch_norm = scope + "/BatchNorm"};
}

Tensor ImageInput(ModelBuilder& model, int side) {
  return model.Input("input", {-1, 3, side, side});
}

void Classify(ModelBuilder& model, const Tensor& in, const std::string& scope, float gain) {
  const Tensor mean = model.Flatten(model.GlobalAveragePool(in));
  const Tensor scores = model.Gemm(mean, kZooClasses, {.scope = scope, .gain = gain});
  model.Output(model.Softmax(scores), "scores");
}

}  // namespace batchsizer::flow
