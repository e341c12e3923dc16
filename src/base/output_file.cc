#include "base/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/errno_error.h"

namespace batchsizer::base {
namespace {

// 0, or the errno of the write that failed.
int WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// 0, or the errno of what failed. A negative file: the errno of opening it.
int WriteAndClose(int file, std::string_view bytes) {
  if (file < 0) return errno;
  const int error = WriteAll(file, bytes);
  if (::close(file) != 0 && error == 0) return errno;
  return error;
}

// Where the links at the end of path lead, whether or not anything is there.
// Links that go round in a circle are left to the kernel, which refuses them.
std::filesystem::path FollowLinks(std::filesystem::path path) {
  constexpr int kMostLinks = 40;  // the kernel's limit
  std::error_code error;
  for (int links = 0; links < kMostLinks; ++links) {
    const auto target = std::filesystem::read_symlink(path, error);
    if (error) break;  // no link
    path = path.parent_path() / target;
  }
  return path;
}

bool MayBeReplaced(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? S_ISREG(info.st_mode) : errno == ENOENT;
}

// 0, or the errno of what failed; the draft is then gone.
int WriteBesideAndRename(const std::string& path, std::string_view bytes) {
  // The process id keeps two programs that make the same file apart.
  const std::string draft = fmt::format("{}.{}.tmp", path, ::getpid());
  ::unlink(draft.c_str());  // of an earlier process with this id, which was killed
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  int error = WriteAndClose(file, bytes);
  if (error == 0 && std::rename(draft.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) ::unlink(draft.c_str());
  return error;
}

}  // namespace

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

Status ReplaceFile(const std::string& path, std::string_view bytes) {
  const std::string target = FollowLinks(path).string();
  const int error = MayBeReplaced(target)
                        ? WriteBesideAndRename(target, bytes)
                        : WriteAndClose(::open(target.c_str(), O_WRONLY | O_CLOEXEC), bytes);
  if (error != 0) return CannotWrite(path, error);
  return {};
}

}  // namespace batchsizer::base
