// Which images a results file already has: for going on after an interruption.
//
// Thread safety: plain value.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "batchsizer/result.h"

namespace batchsizer::flow {

struct Finished {
  // How often each image was finished (with a result or as a failure).
  std::unordered_map<std::string, int> times;
  std::int64_t next_batch = 0;  // one past the highest batch index seen
};

// Reads a results file. A last line that an interruption tore is cut off the
// file, so that it can be appended to. A file that does not exist has nothing
// finished. Errors: kInvalidInput with the line that is no result of ours; kIo.
[[nodiscard]] Result<Finished> ReadFinished(const std::string& path);

}  // namespace batchsizer::flow
