// Files that a run writes.
//
// A regular file is locked (flock) while it is open for writing: a second run on
// the same file is refused (kInvalidInput) before it changes anything. File systems
// that know no locks go without.
//
// Thread safety: free functions without state; FileDescriptor is thread-compatible.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "batchsizer/result.h"

namespace batchsizer::base {

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using OutputFile = std::unique_ptr<std::FILE, CloseFile>;

// Owns an open file of the system; -1: none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor() { (void)Close(); }

  [[nodiscard]] int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  [[nodiscard]] int Release() { return std::exchange(number_, -1); }
  // 0, or the errno of closing.
  int Close();

 private:
  int number_ = -1;
};

// Opens a file for adding to its end, locked, with its content as it is; one that
// is not there is created. readable: for reading too. Errors: as of CreateOutputFile.
[[nodiscard]] Result<FileDescriptor> OpenForAppending(const std::string& path,
                                                      bool readable = false);
[[nodiscard]] bool IsRegular(const FileDescriptor& file);
// Writes all of bytes, and says in written how many it did when it could not.
// 0, or the errno of the write that failed.
[[nodiscard]] int WriteAll(int file, std::string_view bytes, std::size_t& written);
// Where the links at the end of path lead, whether or not anything is there.
[[nodiscard]] std::string FollowLinks(const std::string& path);

// Starts a file anew. Errors: kNotFound, kPermissionDenied or kInvalidInput for a
// path that names no file to write, or one that another run is writing; kIo.
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
