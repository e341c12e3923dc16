// Errors as values.
//
// Every function that can fail for a reason outside the program's control
// returns Result<T>. A broken invariant is not an Error: it aborts (see
// BATCHSIZER_CHECK in src/base/check.h). Exceptions of third-party libraries
// are caught in the file that calls them and become an Error.
//
// Thread safety: plain values.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace batchsizer {

// Kinds of failure, as far as a caller can act on them.
enum class ErrorCode {
  kInvalidInput,      // an option, file or value that the caller gave is wrong
  kNotFound,          // something the caller named does not exist
  kPermissionDenied,  // it exists, but this process may not use it
  kUnsupported,       // well-formed, but outside what this build can do
  kUnavailable,       // a device, driver or sensor is not there (any more)
  kOutOfMemory,       // the engine or the host ran out of memory; smaller batches may work
  kIo,                // reading or writing failed midway (disk full, I/O error)
  kInternal,          // a third-party library failed in a way we did not expect
};

// Why something failed.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  // What was wrong, where, and what would be right; one line, no trailing full stop.
  std::string message;
};

template <typename T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

// return MakeError(ErrorCode::kNotFound, "..."); in a function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> MakeError(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

// Passes an error on, with what the caller was doing in front of the message.
[[nodiscard]] inline tl::unexpected<Error> Annotate(std::string_view context, const Error& error) {
  return tl::unexpected<Error>(Error{error.code, std::string(context) + ": " + error.message});
}

}  // namespace batchsizer
