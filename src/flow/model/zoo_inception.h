// What the three Inception networks share. For the .cc files of this folder.
//
// Thread safety: InceptionScope is thread-compatible.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "flow/model/zoo_layers.h"

namespace batchsizer::flow {

// A convolution with its batch norm and a ReLU.
struct InceptionStep {
  std::string_view name;
  int channels;
  Window window = {};
};

// A place in the network, by TF-slim's variable scope.
class InceptionScope {
 public:
  // REQUIRES: model outlives this.
  InceptionScope(ModelBuilder& model, std::string scope);

  // The scope `name` within this one.
  [[nodiscard]] InceptionScope Within(std::string_view name) const;
  // The same for Branch_0, Branch_1, ...
  [[nodiscard]] InceptionScope Branch(int index) const;

  [[nodiscard]] Tensor Conv(const Tensor& in, const InceptionStep& step) const;
  // One after the other.
  [[nodiscard]] Tensor Chain(Tensor x, std::initializer_list<InceptionStep> steps) const;

 private:
  ModelBuilder* model_;
  std::string scope_;
};

}  // namespace batchsizer::flow
