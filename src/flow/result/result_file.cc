#include "flow/result/result_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/text.h"
#include "flow/result/record_text.h"

namespace batchsizer::flow {
namespace {

// Kept at most before it is written: a few thousand records.
constexpr std::size_t kMostKept = std::size_t{1} << 18U;

// The number of a stream that the process has open already, under its names in
// /dev: it is written where it stands, whatever it is, not opened anew.
std::optional<int> OwnStream(std::string_view path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (!path.starts_with(folder)) continue;
    const auto number = base::ParseInteger(path.substr(folder.size()));
    if (number && *number >= 0 && *number < 1 << 20) return static_cast<int>(*number);
  }
  return std::nullopt;
}

Result<base::FileDescriptor> OpenStream(const std::string& path, int number) {
  base::FileDescriptor file(::fcntl(number, F_DUPFD_CLOEXEC, 0));
  if (!file) return base::CannotWrite(path, errno);
  return file;
}

// 0, or the errno. File systems that know no such thing go without.
int Sync(int file) {
  if (::fdatasync(file) == 0 || errno == EINVAL || errno == ENOSYS) return 0;
  return errno;
}

// So that the names of new files outlive the machine. As well as it goes.
void SyncFolder(const std::string& path) {
  const auto folder = std::filesystem::path(base::FollowLinks(path)).parent_path();
  const base::FileDescriptor file(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file) (void)::fsync(file.get());
}

Result<std::uint64_t> SizeOf(const base::FileDescriptor& file, const std::string& path) {
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return base::CannotWrite(path, errno);
  return static_cast<std::uint64_t>(info.st_size);
}

Status CutTo(const base::FileDescriptor& file, std::uint64_t bytes, const std::string& path) {
  const auto size = SizeOf(file, path);
  if (!size) return tl::unexpected(size.error());
  if (*size > bytes && ::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0) {
    return base::CannotWrite(path, errno);
  }
  return {};
}

}  // namespace

// The old journal goes before the old results, and the new one comes after: killed in
// between, there is none, and never one that does not fit.
Result<ResultFile> ResultFile::Create(const ResultFileOptions& options) {
  const auto own = OwnStream(options.path);
  auto file = own ? OpenStream(options.path, *own) : base::OpenForAppending(options.path);
  if (!file) return tl::unexpected(file.error());
  const bool regular = !own && base::IsRegular(*file);
  ResultFile results(options, *std::move(file));
  results.AddHeader(options);
  if (!regular) return results;
  const std::string journal_path = JournalPath(options.path);
  if (auto ok = Journal::Remove(journal_path); !ok) return tl::unexpected(ok.error());
  if (auto ok = CutTo(results.file_, 0, options.path); !ok) return tl::unexpected(ok.error());
  auto journal = Journal::Create(journal_path, options.identity, {});
  if (!journal) return tl::unexpected(journal.error());
  results.journal_ = *std::move(journal);
  return results;
}

Result<ResultFile> ResultFile::Continue(const ResultFileOptions& options, EarlierResults& earlier) {
  if (!earlier.file) {
    std::error_code none;
    if (std::filesystem::file_size(options.path, none) > 0 && !none) {
      return MakeError(
          ErrorCode::kInvalidInput,
          fmt::format("{}: has appeared since this run was started; start it again", options.path));
    }
    return Create(options);
  }
  ResultFile results(options, std::move(earlier.file));
  results.hash_ = std::move(earlier.hash);
  results.written_ = earlier.whole;
  if (auto ok = CutTo(results.file_, earlier.whole.bytes, options.path); !ok) {
    return tl::unexpected(ok.error());
  }
  if (earlier.whole.bytes == 0) results.AddHeader(options);
  const std::string journal_path = JournalPath(options.path);
  auto journal = earlier.journal ? Journal::Continue(journal_path, *earlier.journal)
                                 : Journal::Create(journal_path, options.identity, {});
  if (!journal) return tl::unexpected(journal.error());
  results.journal_ = *std::move(journal);
  if (earlier.journal) results.durable_bytes_ = earlier.journal->last.bytes;
  return results;
}

// Belongs to the first record: without one there is nothing to keep it for.
void ResultFile::AddHeader(const ResultFileOptions& options) {
  buffer_ += RecordText(options.format, options.top).Header();
}

Status ResultFile::Add(std::string_view record) {
  buffer_ += record;
  ends_.push_back(buffer_.size());
  return buffer_.size() < kMostKept ? Status{} : Flush();
}

Status ResultFile::Flush() {
  if (error_) return tl::unexpected(*error_);
  std::size_t written = 0;
  const int error = base::WriteAll(file_.get(), buffer_, written);
  const auto after = std::upper_bound(ends_.begin(), ends_.end(), written);
  const std::size_t whole = error == 0 ? buffer_.size() : after == ends_.begin() ? 0 : *(after - 1);
  hash_.Update(std::string_view(buffer_).substr(0, whole));
  written_.bytes += whole;
  written_.lines += after - ends_.begin();
  buffer_.clear();
  ends_.clear();
  return error == 0 ? Status{} : Failed(error);
}

Status ResultFile::Failed(int error) {
  error_ = base::CannotWrite(path_, error).value();
  if (journal_) {
    (void)CutTo(file_, written_.bytes, path_);
    error_->message +=
        fmt::format("; its {} lines are whole, and --resume goes on after them", written_.lines);
  }
  return tl::unexpected(*error_);
}

Status ResultFile::Checkpoint() {
  if (auto ok = Flush(); !ok) return ok;
  return MakeDurable();
}

Status ResultFile::MakeDurable() {
  if (!journal_ || written_.bytes == durable_bytes_) return {};
  if (const int error = Sync(file_.get()); error != 0) return base::CannotWrite(path_, error);
  if (!std::exchange(folder_synced_, true)) SyncFolder(path_);
  written_.hash = hash_.Digest();
  if (auto ok = journal_->Add(written_); !ok) return ok;
  durable_bytes_ = written_.bytes;
  return {};
}

Status ResultFile::Close() {
  auto status = Flush();
  auto durable = MakeDurable();
  if (durable && journal_) durable = journal_->Sync();
  if (status) status = std::move(durable);
  const int error = file_.Close();
  if (error != 0 && status) return base::CannotWrite(path_, error);
  return status;
}

}  // namespace batchsizer::flow
