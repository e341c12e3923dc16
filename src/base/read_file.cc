#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "base/errno_error.h"
#include "base/text.h"

namespace batchsizer::base {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16U;

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | flags)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// nullopt: a regular file.
std::optional<std::string_view> KindOf(mode_t mode) {
  if (S_ISREG(mode)) return std::nullopt;
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

tl::unexpected<Error> NeedsAFile(const std::string& path, std::string_view kind) {
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: is {}, a file is needed", path, kind));
}

tl::unexpected<Error> TooLarge(const std::string& path, std::size_t limit) {
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: holds more than the limit of {} MiB", path, limit >> 20U));
}

// Reads to the end. expected: how many bytes there seem to be; the files of
// /proc and /sys say 0 or a page, whatever they hold.
Result<std::string> ReadAll(const std::string& path, int descriptor, std::size_t expected,
                            std::size_t limit) {
  std::string content;
  std::size_t filled = 0;
  while (filled <= limit) {
    // One more than is expected, so that the end is seen without growing again.
    if (filled == content.size()) {
      content.resize(std::min(limit + 1, std::max({expected + 1, kChunk, 2 * filled})));
    }
    const ssize_t got = ::read(descriptor, content.data() + filled, content.size() - filled);
    // Not tried again after a signal: that may be the user, tired of waiting.
    if (got < 0) return ErrnoError(fmt::format("{}: cannot be read", path), errno);
    if (got == 0) {
      content.resize(filled);
      return content;
    }
    filled += static_cast<std::size_t>(got);
  }
  return TooLarge(path, limit);
}

Result<std::string> ReadOpened(const std::string& path, const Descriptor& file,
                               std::size_t stream_limit, bool regular_only) {
  struct stat status {};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
    return ErrnoError(fmt::format("{}: cannot be opened", path), errno);
  }
  const auto kind = KindOf(status.st_mode);
  if (kind && (regular_only || S_ISDIR(status.st_mode))) return NeedsAFile(path, *kind);
  const std::size_t limit = kind ? stream_limit : kMostFileBytes;
  const std::size_t size = kind ? 0 : static_cast<std::size_t>(status.st_size);
  if (size > limit) return TooLarge(path, limit);
  try {
    return ReadAll(path, file.number(), size, limit);
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorCode::kOutOfMemory,
                     fmt::format("{}: its {} bytes do not fit into memory", path, size));
  }
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, std::size_t stream_limit) {
  return ReadOpened(path, Descriptor(path, 0), stream_limit, false);
}

Result<std::string> ReadRegularFile(const std::string& path) {
  // Without O_NONBLOCK, opening a pipe waits until somebody writes to it.
  return ReadOpened(path, Descriptor(path, O_NONBLOCK), 0, true);
}

std::optional<std::string_view> IrregularKind(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return KindOf(status.st_mode);
}

}  // namespace batchsizer::base
