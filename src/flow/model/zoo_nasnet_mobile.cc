// Zoph et al., "Learning Transferable Architectures", 2017: NASNet-A (4 @ 1056), as
// TF-slim calls it NASNet-Mobile.
#include <fmt/format.h>

#include "flow/model/zoo_nasnet.h"
#include "flow/model/zoo_networks.h"

namespace batchsizer::flow {
namespace {

using enum CellOp;

constexpr CellPlan kNormal = {.sums = {{{{0, kSeparable, 5}, {1, kSeparable, 3}},
                                        {{1, kSeparable, 5}, {1, kSeparable, 3}},
                                        {{0, kAveragePool}, {1, kNone}},
                                        {{1, kAveragePool}, {1, kAveragePool}},
                                        {{0, kSeparable, 3}, {0, kNone}}}},
                              .kept = {false, true, true, true, true, true, true}};
constexpr CellPlan kReduction = {.sums = {{{{0, kSeparable, 5}, {1, kSeparable, 7}},
                                           {{0, kMaxPool}, {1, kSeparable, 7}},
                                           {{0, kAveragePool}, {1, kSeparable, 5}},
                                           {{3, kNone}, {2, kAveragePool}},
                                           {{2, kSeparable, 3}, {0, kMaxPool}}}},
                                 .kept = {false, false, false, true, true, true, true}};
constexpr int kFilters = 44;
constexpr int kStages = 3;
constexpr int kCellsPerStage = 4;

}  // namespace

void NasNetMobile(ModelBuilder& model) {
  NasNetWriter writer(model, 0.67F);
  writer.AddStem(kReduction, kFilters);
  for (int stage = 0; stage < kStages; ++stage) {
    const int filters = kFilters << stage;
    if (stage > 0) {
      writer.AddCell(kReduction, fmt::format("reduction_cell_{}", stage - 1), filters, 2);
    }
    for (int cell = stage * kCellsPerStage; cell < (stage + 1) * kCellsPerStage; ++cell) {
      writer.AddCell(kNormal, fmt::format("cell_{}", cell), filters);
    }
  }
  writer.Finish(10.0F);
}

}  // namespace batchsizer::flow
