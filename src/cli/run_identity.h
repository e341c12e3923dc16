// Of which job the results of a run are: what must be the same for --resume.
//
// Thread safety: free functions without state.
#pragma once

#include <string>

#include "batchsizer/engine.h"
#include "batchsizer/result.h"
#include "cli/run_options.h"
#include "flow/image/preprocess.h"
#include "flow/result/earlier_results.h"

namespace batchsizer::cli {

// The results file that the options ask for: path, format, classes, and the run's
// identity: the model's content, its input, how pixels are prepared, where images
// come from, what is written. model_path: the file that texts.model means; engine:
// as it is once prepared. Reads the model (a second for 10 GB).
// Errors: kInvalidInput and kUnsupported of the format; those of reading the model.
[[nodiscard]] Result<flow::ResultFileOptions> ResultFileOf(
    const RunTexts& texts, const std::string& model_path, const EngineInfo& engine,
    const flow::PreprocessOptions& preprocess);

}  // namespace batchsizer::cli
