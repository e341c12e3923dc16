#include "flow/image/file_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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
  const auto all = ReadBeginning(path, kMaxFileBytes);
  if (!all) return tl::unexpected(all.error());
  return all->bytes;
}

Result<FileReader::Beginning> FileReader::ReadBeginning(const char* path, std::size_t at_most) {
  const int descriptor = OpenPatiently(path);
  if (descriptor < 0) return base::ErrnoError("cannot be opened", errno);
  auto content = ReadFrom(descriptor, at_most);
  close(descriptor);
  return content;
}

Result<FileReader::Beginning> FileReader::ReadFrom(int descriptor, std::size_t at_most) {
  struct stat info {};
  if (fstat(descriptor, &info) != 0) return base::ErrnoError("cannot be examined", errno);
  if (!S_ISREG(info.st_mode)) return MakeError(ErrorCode::kInvalidInput, "not a regular file");
  const auto file_size = static_cast<std::size_t>(info.st_size);
  if (file_size > kMaxFileBytes) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{} bytes are more than the limit of 1 GiB", file_size));
  }
  const std::size_t size = std::min(file_size, at_most);
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
  return Beginning{{bytes, done}, file_size};
}

}  // namespace batchsizer::flow
