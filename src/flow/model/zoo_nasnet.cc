#include "flow/model/zoo_nasnet.h"

#include <fmt/format.h>

namespace batchsizer::flow {
namespace {

// Two filters on a tensor of which no ReLU took half in between would double it.
constexpr float kSeparableGain = 0.7F;
constexpr float kEpsilon = 0.001F;  // of batch norms

}  // namespace

Tensor NasNetWriter::Conv(const Tensor& in, int channels, const std::string& scope,
                          const std::string& batch_norm, int stride) {
  return model_.Conv(in, channels, Square(1, stride),
                     {.scope = scope, .batch_norm = batch_norm, .gain = gain_});
}

void NasNetWriter::AddStem(const CellPlan& plan, int filters) {
  outputs_.push_back(model_.Conv(ImageInput(model_, 224), 32, Square(3, 2, Padding::kValid),
                                 {.scope = "conv0", .batch_norm = "conv0_bn"}));
  AddCell(plan, "cell_stem_0", filters / 4, 2);
  AddCell(plan, "cell_stem_1", filters / 2, 2);
}

void NasNetWriter::AddCell(const CellPlan& plan, const std::string& scope, int filters,
                           int stride) {
  const Cell cell{.scope = scope, .filters = filters, .stride = stride};
  const Tensor current = outputs_.back();
  const Tensor previous = outputs_.size() > 1 ? outputs_[outputs_.size() - 2] : current;
  const Tensor matched = MatchPrevious(previous, current, cell);
  std::vector<Tensor> states = {
      Conv(model_.Relu(current), filters, scope + "/1x1", scope + "/beginning_bn"), matched};
  for (std::size_t i = 0; i < plan.sums.size(); ++i) {
    const std::string at = fmt::format("{}/comb_iter_{}", scope, i);
    const Tensor left = AddBranch(states, plan.sums[i].left, cell, at + "/left");
    states.push_back(model_.Add(left, AddBranch(states, plan.sums[i].right, cell, at + "/right")));
  }
  std::vector<Tensor> kept;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (plan.kept.at(i)) kept.push_back(states[i]);
  }
  outputs_.push_back(model_.Concat(kept));
}

// The output of the cell before, as large and as deep as this cell's input will be.
Tensor NasNetWriter::MatchPrevious(const Tensor& previous, const Tensor& current,
                                   const Cell& cell) {
  if (previous.name == current.name) return previous;
  if (previous.dims[2] != current.dims[2]) return HalveInTwoPaths(model_.Relu(previous), cell);
  if (previous.channels() == cell.filters) return previous;
  return Conv(model_.Relu(previous), cell.filters, cell.scope + "/prev_1x1",
              cell.scope + "/prev_bn");
}

// Every second pixel, and those diagonally between them; half of the filters each. Their
// batch norm comes behind the concatenation, so it stays a layer.
Tensor NasNetWriter::HalveInTwoPaths(const Tensor& in, const Cell& cell) {
  const Window every_second = Square(1, 2, Padding::kValid);
  const Tensor shifted = model_.Pad(in, {.top = -1, .left = -1, .bottom = 1, .right = 1});
  const auto path = [&](const Tensor& image, int channels, std::string_view name) {
    const Layer layer = {
        .scope = fmt::format("{}/{}", cell.scope, name), .bias = false, .gain = gain_};
    return model_.Conv(model_.AveragePool(image, every_second), channels, {}, layer);
  };
  const int half = cell.filters / 2;
  const std::array paths = {path(in, half, "path1_conv"),
                            path(shifted, cell.filters - half, "path2_conv")};
  return model_.BatchNorm(model_.Concat(paths), cell.scope + "/final_path_bn", kEpsilon);
}

Tensor NasNetWriter::AddBranch(const std::vector<Tensor>& states, const CellBranch& branch,
                               const Cell& cell, const std::string& scope) {
  const Tensor& in = states.at(static_cast<std::size_t>(branch.state));
  const int stride = branch.state < 2 ? cell.stride : 1;  // sums are small already
  if (branch.op == CellOp::kSeparable) {
    return Separable(in, branch.size, cell.filters, stride, scope);
  }
  if (branch.op != CellOp::kNone) return Pool(in, branch, cell, stride, scope);
  if (stride == 1 && in.channels() == cell.filters) return in;
  return Conv(model_.Relu(in), cell.filters, scope + "/1x1", scope + "/bn_1", stride);
}

Tensor NasNetWriter::Pool(const Tensor& in, const CellBranch& branch, const Cell& cell, int stride,
                          const std::string& scope) {
  const Window window = Square(branch.size, stride);
  Tensor out =
      branch.op == CellOp::kMaxPool ? model_.MaxPool(in, window) : model_.AveragePool(in, window);
  if (out.channels() == cell.filters) return out;
  return Conv(out, cell.filters, scope + "/1x1", scope + "/bn_1");
}

Tensor NasNetWriter::Separable(const Tensor& in, int size, int filters, int stride,
                               const std::string& scope) {
  const Tensor once =
      SeparableOnce(in, size, filters, stride, scope, fmt::format("{0}x{0}_1", size));
  return SeparableOnce(once, size, filters, 1, scope, fmt::format("{0}x{0}_2", size));
}

Tensor NasNetWriter::SeparableOnce(const Tensor& in, int size, int filters, int stride,
                                   const std::string& scope, const std::string& name) {
  const std::string separable = fmt::format("{}/separable_{}", scope, name);
  const Tensor spatial = model_.DepthwiseConv(model_.Relu(in), Square(size, stride),
                                              {.scope = separable,
                                               .name = separable + "/depthwise",
                                               .weights = "depthwise_weights",
                                               .bias = false});
  return model_.Conv(spatial, filters, {},
                     {.scope = separable,
                      .weights = "pointwise_weights",
                      .batch_norm = fmt::format("{}/bn_sep_{}", scope, name),
                      .gain = kSeparableGain});
}

void NasNetWriter::Finish(float score_gain) {
  Classify(model_, model_.Relu(outputs_.back()), "final_layer/FC", score_gain);
}

}  // namespace batchsizer::flow
