// From an ONNX file to what it costs.
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <string>

#include "batchsizer/result.h"
#include "flow/model/model_summary.h"
#include "flow/model/onnx_file.h"

namespace batchsizer::flow {

struct SummaryOptions {
  // Fills an open height or width; 224 when not given.
  std::optional<int> image_size = {};
  // The order of the input, where its shape does not tell.
  std::optional<ImageLayout> layout = {};
};

// Errors: those of FindImageInput (no image-like input, unfitting image size).
// Layers whose sizes cannot be inferred are counted, not an error.
[[nodiscard]] Result<ModelSummary> SummariseModel(const OnnxModel& model,
                                                  const SummaryOptions& options = {});

// OpenOnnxFile, then SummariseModel.
[[nodiscard]] Result<ModelSummary> SummariseFile(const std::string& path,
                                                 const SummaryOptions& options = {});

}  // namespace batchsizer::flow
