// Files that a run writes.
//
// Thread safety: free functions without state.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "batchsizer/result.h"

namespace batchsizer::base {

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using OutputFile = std::unique_ptr<std::FILE, CloseFile>;

// Starts a file anew. Errors: kNotFound, kPermissionDenied or kInvalidInput for a
// path that names no file to write; kIo.
[[nodiscard]] Result<OutputFile> CreateOutputFile(const std::string& path);

// Opens a file to go on after its first keep bytes; the rest is cut off. Creates
// one that is not there. Errors: as above.
[[nodiscard]] Result<OutputFile> ContinueOutputFile(const std::string& path, std::uint64_t keep);

// Puts bytes into a file as a whole or not at all: they are written beside it, then
// renamed over it. A symbolic link stays, and the file it leads to is replaced. What
// is no file (a device, a pipe) cannot be replaced: it is opened and written.
// Errors: as above; a file is then untouched.
[[nodiscard]] Status ReplaceFile(const std::string& path, std::string_view bytes);

// Why writing to path failed; error: errno, 0 when nothing set it.
[[nodiscard]] tl::unexpected<Error> CannotWrite(const std::string& path, int error);

}  // namespace batchsizer::base
