#include "base/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/errno_error.h"

namespace batchsizer::base {
namespace {

// 0, or the errno of what failed. A negative file: the errno of opening it.
int WriteAndClose(int file, std::string_view bytes) {
  if (file < 0) return errno;
  std::size_t written = 0;
  const int error = WriteAll(file, bytes, written);
  if (::close(file) != 0 && error == 0) return errno;
  return error;
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

// A lock of the file itself: it goes with the last descriptor, killed or not.
Status Lock(int file, const std::string& path) {
  if (::flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: is being written by another run; wait for its end, or name "
                               "another file",
                               path));
}

Result<OutputFile> AsStream(FileDescriptor file, const std::string& path) {
  OutputFile stream(::fdopen(file.get(), "ae"));
  if (!stream) return CannotWrite(path, errno);
  (void)file.Release();
  return stream;
}

}  // namespace

int FileDescriptor::Close() {
  if (number_ < 0) return 0;
  return ::close(Release()) == 0 ? 0 : errno;
}

Result<FileDescriptor> OpenForAppending(const std::string& path, bool readable) {
  const int access = readable ? O_RDWR : O_WRONLY;
  FileDescriptor file(::open(path.c_str(), access | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!file) return CannotWrite(path, errno);
  if (!IsRegular(file)) return file;
  if (auto locked = Lock(file.get(), path); !locked) return tl::unexpected(locked.error());
  return file;
}

bool IsRegular(const FileDescriptor& file) {
  struct stat info {};
  return ::fstat(file.get(), &info) == 0 && S_ISREG(info.st_mode);
}

int WriteAll(int file, std::string_view bytes, std::size_t& written) {
  written = 0;
  while (written < bytes.size()) {
    const ssize_t now = ::write(file, bytes.data() + written, bytes.size() - written);
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) return errno;
    written += static_cast<std::size_t>(now);
  }
  return 0;
}

// Links that go round in a circle are left to the kernel, which refuses them.
std::string FollowLinks(const std::string& path) {
  constexpr int kMostLinks = 40;  // the kernel's limit
  std::filesystem::path place(path);
  std::error_code error;
  for (int links = 0; links < kMostLinks; ++links) {
    const auto target = std::filesystem::read_symlink(place, error);
    if (error) break;  // no link
    place = place.parent_path() / target;
  }
  return place.string();
}

tl::unexpected<Error> CannotWrite(const std::string& path, int error) {
  return ErrnoError(fmt::format("{}: cannot be written", path), error != 0 ? error : EIO);
}

Result<OutputFile> CreateOutputFile(const std::string& path) { return ContinueOutputFile(path, 0); }

Result<OutputFile> ContinueOutputFile(const std::string& path, std::uint64_t keep) {
  auto file = OpenForAppending(path);
  if (!file) return tl::unexpected(file.error());
  struct stat info {};
  if (::fstat(file->get(), &info) != 0) return CannotWrite(path, errno);
  const bool longer = S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) > keep;
  if (longer && ::ftruncate(file->get(), static_cast<off_t>(keep)) != 0) {
    return CannotWrite(path, errno);
  }
  return AsStream(*std::move(file), path);
}

Status ReplaceFile(const std::string& path, std::string_view bytes) {
  const std::string target = FollowLinks(path);
  const int error = MayBeReplaced(target)
                        ? WriteBesideAndRename(target, bytes)
                        : WriteAndClose(::open(target.c_str(), O_WRONLY | O_CLOEXEC), bytes);
  if (error != 0) return CannotWrite(path, error);
  return {};
}

}  // namespace batchsizer::base
