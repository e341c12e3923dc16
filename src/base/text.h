// Small text helpers that several rooms share: strict number parsing, file
// slurping, and "did you mean".
//
// Thread safety: free functions without state.
#pragma once

#include <cstddef>
#include <cstdint>
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

// An amount of memory: a whole number of bytes, or one with a unit after it: KiB, MiB,
// GiB or TiB (also K, M, G, T, KB, ...: always powers of 1024), in any case.
[[nodiscard]] std::optional<std::uint64_t> ParseBytes(std::string_view text);

[[nodiscard]] std::string_view Trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);

// The candidate nearest to word by edit distance, if near enough to be a typo.
[[nodiscard]] std::optional<std::string_view> Nearest(std::string_view word,
                                                      std::span<const std::string_view> candidates);

// The most that is read of a regular file (what one protobuf message may hold)
// and of anything else, which may never end.
inline constexpr std::size_t kMostFileBytes = std::size_t{1} << 31U;
inline constexpr std::size_t kMostStreamBytes = std::size_t{1} << 28U;

// The whole file; of a pipe or a device ("/dev/stdin"), all until it ends,
// waiting as long as that takes. Errors: kNotFound, kPermissionDenied, kIo,
// kOutOfMemory; kInvalidInput for a folder and for more bytes than the limit.
[[nodiscard]] Result<std::string> ReadFile(const std::string& path,
                                           std::size_t stream_limit = kMostStreamBytes);

// The same of a regular file only: anything else is kInvalidInput, at once.
[[nodiscard]] Result<std::string> ReadRegularFile(const std::string& path);

// What path is when it is neither a regular file nor missing: "a folder", "a
// named pipe", ...; nullopt for a regular file and for what cannot be asked.
[[nodiscard]] std::optional<std::string_view> IrregularKind(const std::string& path);

}  // namespace batchsizer::base
