// A kernel attribute (a file of one number under /sys) that is opened once and
// read again and again without allocating.
//
// The function that opens is a parameter, so that a test can refuse a file as
// the kernel does: mode bits do not stop root, under which tests often run.
//
// Errors: Open says which file, why, and for a missing permission what to do is
// the caller's to add. Read has no message: see below.
// Thread safety: one thread at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "batchsizer/result.h"

namespace batchsizer::power {

// Opens path for reading: a file descriptor, or -errno.
using OpenFunction = std::function<int(const char* path)>;
[[nodiscard]] int OpenReadOnly(const char* path);

class SysfsFile {
 public:
  // Errors: kUnavailable (no such file), kPermissionDenied, kIo.
  [[nodiscard]] static Result<SysfsFile> Open(const std::string& path, const OpenFunction& open);

  SysfsFile(SysfsFile&& other) noexcept;
  SysfsFile& operator=(SysfsFile&& other) noexcept;
  SysfsFile(const SysfsFile&) = delete;
  SysfsFile& operator=(const SysfsFile&) = delete;
  ~SysfsFile();

  // The number in the file now. NaN when the content is not one integer (the
  // sensor talks, but nonsense); nullopt when the file cannot be read (it is
  // silent). Integers up to 2^53 are exact. Never allocates.
  [[nodiscard]] std::optional<double> Read() const;

 private:
  explicit SysfsFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

// The trimmed text of a small file; nullopt when it cannot be read.
[[nodiscard]] std::optional<std::string> ReadSysfsText(const std::string& path);
// Its number, if it is one.
[[nodiscard]] std::optional<double> ReadSysfsNumber(const std::string& path);

// Names of the entries of a folder that start with prefix, shorter names first
// (hwmon2 before hwmon10). Empty when there is no such folder.
[[nodiscard]] std::vector<std::string> EntriesOf(const std::string& folder,
                                                 const std::string& prefix);

}  // namespace batchsizer::power
