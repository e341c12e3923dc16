// How each tensor of a file lies in it, where nobody said so.
//
// Thread safety: thread-compatible.
#pragma once

#include <string>
#include <vector>

#include "batchsizer/result.h"
#include "flow/model/import_plan.h"

namespace batchsizer::flow {

// The rule is in import_weights.h.
class LayoutChoice {
 public:
  // REQUIRES: both outlive this.
  LayoutChoice(const ImportPlan& plan, const SafetensorsFile& file);

  // How the numbers of planned.from become the weight's. Errors: kInvalidInput.
  // REQUIRES: planned.from is set; the weight is filters or a matrix; the layout is not
  // kSame.
  [[nodiscard]] Result<WeightView> Choose(const PlannedWeight& planned) const;

 private:
  const SafetensorsFile& file_;
  bool any_tensorflow_ = false;
  bool any_pytorch_ = false;
};

// That a tensor does not fit: both shapes, and what would.
[[nodiscard]] tl::unexpected<Error> DoesNotFit(const PlannedWeight& planned,
                                               const SafetensorsFile& file);

}  // namespace batchsizer::flow
