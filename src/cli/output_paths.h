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

// For a file that would be started anew: errors, kInvalidInput, when something is in
// it that begins in none of these ways: a photo, say, after a slip of the keyboard.
[[nodiscard]] Status CheckMayStartAnew(const NamedPath& output, std::string_view what,
                                       const std::vector<std::string_view>& beginnings);

}  // namespace batchsizer::cli
