// What NASNet-A and PNASNet share: cells of five sums of two operations each. For the
// .cc files of this folder.
//
// Thread safety: NasNetWriter is thread-compatible.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "flow/model/zoo_layers.h"

namespace batchsizer::flow {

enum class CellOp { kNone, kAveragePool, kMaxPool, kSeparable };

struct CellBranch {
  int state;  // 0: the cell's input; 1: that of the cell before; 2..: sums so far
  CellOp op;
  int size = 3;
};

struct CellPlan {
  struct Sum {
    CellBranch left;
    CellBranch right;
  };
  std::array<Sum, 5> sums;
  std::array<bool, 7> kept;  // which states make the output
};

// Writes the cells one after the other; each reads the outputs of the last two.
class NasNetWriter {
 public:
  // gain: of the convolutions at the beginning of a cell. A cell adds up, and no batch
  // norm holds generated activations down. REQUIRES: model outlives this.
  NasNetWriter(ModelBuilder& model, float gain) : model_(model), gain_(gain) {}

  // The first convolution and two cells that halve the image. filters: of the cells
  // that come after them.
  void AddStem(const CellPlan& plan, int filters);
  void AddCell(const CellPlan& plan, const std::string& scope, int filters, int stride = 1);
  // The last layers.
  void Finish(float score_gain);

 private:
  struct Cell {
    std::string scope;
    int filters;
    int stride;
  };

  Tensor Conv(const Tensor& in, int channels, const std::string& scope,
              const std::string& batch_norm, int stride = 1);
  Tensor MatchPrevious(const Tensor& previous, const Tensor& current, const Cell& cell);
  Tensor HalveInTwoPaths(const Tensor& in, const Cell& cell);
  Tensor AddBranch(const std::vector<Tensor>& states, const CellBranch& branch, const Cell& cell,
                   const std::string& scope);
  Tensor Pool(const Tensor& in, const CellBranch& branch, const Cell& cell, int stride,
              const std::string& scope);
  Tensor Separable(const Tensor& in, int size, int filters, int stride, const std::string& scope);
  Tensor SeparableOnce(const Tensor& in, int size, int filters, int stride,
                       const std::string& scope, const std::string& name);

  ModelBuilder& model_;
  float gain_;
  std::vector<Tensor> outputs_;
};

}  // namespace batchsizer::flow
