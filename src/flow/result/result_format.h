// The formats of a results file.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::flow {

enum class ResultFormat {
  kJsonl,  // one JSON object a line and image
  kCsv,    // one record an image, after a header (RFC 4180, but lines end with \n)
};

// "jsonl" or "csv".
[[nodiscard]] std::string_view ToString(ResultFormat format);

// What a file is to be written in: name if it is given ("jsonl", "csv"), else what
// the ending of path says; anything but .csv means JSON Lines.
// Errors: kInvalidInput for another name; kUnsupported for .parquet, with the way
// to get one.
[[nodiscard]] Result<ResultFormat> ChooseResultFormat(std::string_view name,
                                                      const std::string& path);

}  // namespace batchsizer::flow
