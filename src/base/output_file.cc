#include "base/output_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/errno_error.h"

namespace batchsizer::base {

tl::unexpected<Error> CannotWrite(const std::string& path, int error) {
  return ErrnoError(fmt::format("{}: cannot be written", path), error != 0 ? error : EIO);
}

Result<OutputFile> CreateOutputFile(const std::string& path) {
  errno = 0;
  OutputFile file(std::fopen(path.c_str(), "we"));
  if (!file) return CannotWrite(path, errno);
  return file;
}

Result<OutputFile> ContinueOutputFile(const std::string& path, std::uint64_t keep) {
  errno = 0;
  OutputFile file(std::fopen(path.c_str(), "ae"));
  if (!file) return CannotWrite(path, errno);
  struct stat info {};
  if (::fstat(::fileno(file.get()), &info) != 0) return CannotWrite(path, errno);
  const bool longer = S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) > keep;
  if (longer && ::ftruncate(::fileno(file.get()), static_cast<off_t>(keep)) != 0) {
    return CannotWrite(path, errno);
  }
  return file;
}

}  // namespace batchsizer::base
