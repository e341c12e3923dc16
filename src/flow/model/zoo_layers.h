// What the networks of the zoo share. For the .cc files of this folder.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>

#include "flow/model/builder.h"

namespace batchsizer::flow {

[[nodiscard]] constexpr Window Square(int size, int stride = 1, Padding padding = Padding::kSame) {
  return {.height = size, .width = size, .stride = stride, .padding = padding};
}

// A layer whose batch norm has TF-slim's usual place: scope/BatchNorm.
[[nodiscard]] Layer Normalised(const std::string& scope, std::string_view weights = "weights");

// The network's images: side x side, three channels.
[[nodiscard]] Tensor ImageInput(ModelBuilder& model, int side);

// The end of every network: mean over the image, scores of the classes, softmax.
// gain: of the scores; it makes those of generated weights as decided as a trained
// net's.
void Classify(ModelBuilder& model, const Tensor& in, const std::string& scope, float gain);

}  // namespace batchsizer::flow
