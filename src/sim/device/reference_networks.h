// Layer tables of published networks that public P40 figures exist for and that the
// zoo does not have, made from their architectures alone. For tests and the
// calibration program, not part of the library.
//
// Thread safety: free functions without state.
#pragma once

#include "flow/model/model_summary.h"

namespace batchsizer::sim {

// AlexNet as an inference engine runs it: activations and normalisation are part
// of the convolutions, groups as in the original. 0.724 GMACs.
[[nodiscard]] flow::ModelSummary AlexNet();

}  // namespace batchsizer::sim
