// Small text helpers that several rooms share: strict number parsing, file
// slurping, and "did you mean".
//
// Thread safety: free functions without state.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batchsizer/result.h"

namespace batchsizer::base {

// The whole of text as a number (surrounding blanks allowed); nullopt for
// anything else, "nan" and "inf" included: no option or file cell may be those.
[[nodiscard]] std::optional<double> ParseNumber(std::string_view text);
[[nodiscard]] std::optional<long long> ParseInteger(std::string_view text);

[[nodiscard]] std::string_view Trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);

// The candidate nearest to word by edit distance, if near enough to be a typo.
[[nodiscard]] std::optional<std::string_view> Nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

// The whole file. Errors: kNotFound, kPermissionDenied, kInvalidInput (a folder), kIo.
[[nodiscard]] Result<std::string> ReadFile(const std::string& path);

}  // namespace batchsizer::base
