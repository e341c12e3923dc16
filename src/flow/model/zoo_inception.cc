#include "flow/model/zoo_inception.h"

#include <fmt/format.h>

#include <utility>

namespace batchsizer::flow {

InceptionScope::InceptionScope(ModelBuilder& model, std::string scope)
    : model_(&model), scope_(std::move(scope)) {}

InceptionScope InceptionScope::Within(std::string_view name) const {
  return {*model_, fmt::format("{}/{}", scope_, name)};
}

InceptionScope InceptionScope::Branch(int index) const {
  return Within(fmt::format("Branch_{}", index));
}

Tensor InceptionScope::Conv(const Tensor& in, const InceptionStep& step) const {
  const std::string scope = fmt::format("{}/{}", scope_, step.name);
  return model_->Relu(model_->Conv(in, step.channels, step.window, Normalised(scope)));
}

Tensor InceptionScope::Chain(Tensor x, std::initializer_list<InceptionStep> steps) const {
  for (const InceptionStep& step : steps) x = Conv(x, step);
  return x;
}

}  // namespace batchsizer::flow
