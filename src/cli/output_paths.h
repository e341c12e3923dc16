// Which files a command may write.
//
// Thread safety: free functions without state.
#pragma once

#include <string>
#include <vector>

#include "batchsizer/result.h"

namespace batchsizer::cli {

struct NamedPath {
  std::string option;  // "--trace"
  std::string path;    // may be empty: not given
};

// FILE of an option's value "<prefix>FILE"; empty when it begins otherwise.
[[nodiscard]] NamedPath PathAfter(std::string option, std::string_view prefix,
                                  const std::string& value);

// Errors: kInvalidInput when a file to be written is also read, or written twice.
// What is no regular file (/dev/null) may be named as often as one likes.
[[nodiscard]] Status CheckOutputs(const std::vector<NamedPath>& written,
                                  const std::vector<NamedPath>& read);

}  // namespace batchsizer::cli
