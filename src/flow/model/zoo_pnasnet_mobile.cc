// Liu et al., "Progressive Neural Architecture Search", 2018: PNASNet-5 with N = 3 and
// F = 54, as TF-slim calls it PNASNet-Mobile. One cell serves everywhere.
#include <fmt/format.h>

#include "flow/model/zoo_nasnet.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

using enum CellOp;

constexpr CellPlan kCell = {.sums = {{{{1, kSeparable, 5}, {1, kMaxPool}},
                                      {{0, kSeparable, 7}, {0, kMaxPool}},
                                      {{0, kSeparable, 5}, {0, kSeparable, 3}},
                                      {{4, kSeparable, 3}, {0, kMaxPool}},
                                      {{1, kSeparable, 3}, {0, kNone}}}},
                            .kept = {false, false, true, true, true, true, true}};
constexpr int kFilters = 54;
constexpr int kCells = 9;
constexpr int kCellsPerStage = 3;  // the first of a stage halves the image, but for stage 0

}  // namespace

void PnasNetMobile(ModelBuilder& model) {
  NasNetWriter writer(model, 0.67F);
  writer.AddStem(kCell, kFilters);
  for (int cell = 0; cell < kCells; ++cell) {
    const int stage = cell / kCellsPerStage;
    const bool halves = stage > 0 && cell % kCellsPerStage == 0;
    writer.AddCell(kCell, fmt::format("cell_{}", cell), kFilters << stage, halves ? 2 : 1);
  }
  writer.Finish(4.0F);
}

}  // namespace batchsizer::flow
