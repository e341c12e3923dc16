#include "flow/image/file_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <new>
#include <thread>

#include "base/errno_error.h"

namespace batchsizer::flow {
namespace {

// That no descriptor is left, of this process or of the machine, is not the image's
// fault, and may be over soon.
int OpenPatiently(const char* path) {
  constexpr int kTries = 100;
  constexpr auto kBetween = std::chrono::milliseconds(10);
  for (int tries = 1;; ++tries) {
    // O_NONBLOCK: a pipe with a photo's name must not hang the run.
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor >= 0) return descriptor;
    if (errno == EINTR) continue;
    if ((errno != EMFILE && errno != ENFILE) || tries == kTries) return -1;
    std::this_thread::sleep_for(kBetween);
  }
}

}  // namespace

Result<std::span<const std::uint8_t>> FileReader::Read(const char* path) {
  const int descriptor = OpenPatiently(path);
  if (descriptor < 0) return base::ErrnoError("cannot be opened", errno);
  auto content = ReadAll(descriptor);
  close(descriptor);
  return content;
}

Result<std::span<const std::uint8_t>> FileReader::ReadAll(int descriptor) {
  struct stat info {};
  if (fstat(descriptor, &info) != 0) return base::ErrnoError("cannot be examined", errno);
  if (!S_ISREG(info.st_mode)) return MakeError(ErrorCode::kInvalidInput, "not a regular file");
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size > kMaxFileBytes) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{} bytes are more than the limit of 1 GiB", size));
  }
  std::uint8_t* bytes = nullptr;
  try {
    bytes = buffer_.Reserve(size);
  } catch (const std::bad_alloc&) {
    return MakeError(ErrorCode::kOutOfMemory, "no memory for the file's content");
  }
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = read(descriptor, bytes + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::ErrnoError("cannot be read", errno);
    if (got == 0) break;  // became shorter meanwhile; the decoder sees a cut-off file
    done += static_cast<std::size_t>(got);
  }
  return std::span<const std::uint8_t>(bytes, done);
}

}  // namespace batchsizer::flow
