// errno as an Error.
//
// Thread safety: free functions without state.
#pragma once

#include <fmt/format.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "batchsizer/result.h"

namespace batchsizer::base {

[[nodiscard]] inline ErrorCode CodeOfErrno(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::kPermissionDenied;
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
      return ErrorCode::kInvalidInput;
    case ENOMEM:
      return ErrorCode::kOutOfMemory;
    default:
      return ErrorCode::kIo;
  }
}

// "<what>: <reason>".
[[nodiscard]] inline tl::unexpected<Error> ErrnoError(std::string_view what, int error) {
  return MakeError(CodeOfErrno(error),
                   fmt::format("{}: {}", what, std::generic_category().message(error)));
}

}  // namespace batchsizer::base
