// A network of the zoo beside what is published of it.
//
// Thread safety: free functions without state.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "flow/model/model_summary.h"
#include "flow/model/published.h"

namespace batchsizer::cli {

// Lines for people: our figures beside Table 1's, and what its complexity column is.
[[nodiscard]] std::string PublishedText(const flow::ModelSummary& model,
                                        const flow::PublishedNetwork& published);

[[nodiscard]] nlohmann::ordered_json PublishedToJson(const flow::ModelSummary& model,
                                                     const flow::PublishedNetwork& published);

}  // namespace batchsizer::cli
