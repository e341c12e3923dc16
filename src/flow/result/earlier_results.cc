#include "flow/result/earlier_results.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/errno_error.h"
#include "base/text.h"
#include "flow/result/record_parser.h"

namespace batchsizer::flow {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20U;
constexpr std::size_t kLongestRecord = std::size_t{1} << 24U;

// Reads the file once, from its start to the first thing that is no record.
class Scan {
 public:
  Scan(const ResultFileOptions& options, EarlierResults& results)
      : path_(options.path),
        format_(options.format),
        parser_(options.format, options.top),
        results_(results) {
    if (results.journal) durable_ = results.journal->last;
  }

  Status Run() {
    struct stat info {};
    if (::fstat(results_.file.get(), &info) != 0) return base::ErrnoError(path_, errno);
    const auto size = static_cast<std::uint64_t>(info.st_size);
    if (size < durable_.bytes) return Cut(size);
    bool more = true;
    while (more && !tail_) {
      auto read = ReadChunk();
      if (!read) return tl::unexpected(read.error());
      more = *read;
      if (auto ok = TakeRecords(); !ok) return ok;
    }
    results_.finished.Seal();
    results_.whole.hash = results_.hash.Digest();
    return JudgeTail(size);
  }

 private:
  // False at the end of the file. A chunk never goes across the last checkpoint.
  Result<bool> ReadChunk() {
    const bool known = read_ < durable_.bytes;
    const std::size_t wanted =
        known ? std::min<std::uint64_t>(kChunk, durable_.bytes - read_) : kChunk;
    const std::size_t old = text_.size();
    text_.resize(old + wanted);
    ssize_t got = 0;
    do {
      got = ::pread(results_.file.get(), &text_[old], wanted, static_cast<off_t>(read_));
    } while (got < 0 && errno == EINTR);
    if (got < 0) return base::ErrnoError(path_, errno);
    text_.resize(old + static_cast<std::size_t>(got));
    read_ += static_cast<std::uint64_t>(got);
    if (known) results_.hash.Update(std::string_view(text_).substr(old));
    if (known && read_ == durable_.bytes && results_.hash.Digest() != durable_.hash) {
      return tl::unexpected(Changed());
    }
    return got > 0;
  }

  Status TakeRecords() {
    std::string_view rest(text_);
    while (!tail_) {
      const std::size_t length = parser_.Length(rest, searched_);
      if (length == 0) break;
      searched_ = 0;
      if (!TakeRecord(rest.substr(0, length))) {
        tail_ = true;
        terminated_ = true;
      } else {
        rest.remove_prefix(length);
      }
    }
    text_.erase(0, text_.size() - rest.size());
    searched_ = text_.size();
    if (text_.size() > kLongestRecord) tail_ = true;
    if (tail_ && read_ <= durable_.bytes && durable_.bytes > 0) return tl::unexpected(Changed());
    return {};
  }

  bool TakeRecord(std::string_view record) {
    Checkpoint& whole = results_.whole;
    const bool known = whole.bytes + record.size() <= durable_.bytes;
    const std::string_view line = record.substr(0, record.size() - 1);
    if (parser_.HasHeader() && whole.bytes == 0) {
      if (!parser_.IsHeader(line)) return false;
    } else {
      if (!parser_.Parse(line, known, parsed_)) return false;
      results_.finished.Add(parsed_.image);
      results_.next_batch = std::max(results_.next_batch, parsed_.batch + 1);
      ++whole.lines;
    }
    if (!known) results_.hash.Update(record);
    whole.bytes += record.size();
    return true;
  }

  // What follows the last whole record: torn, or somebody else's.
  Status JudgeTail(std::uint64_t size) {
    if (text_.empty()) return {};
    bool torn = parser_.CouldBeTorn(text_, results_.whole.bytes == 0);
    if (terminated_ && text_.find('\0') == std::string::npos) {
      torn = torn && results_.journal && format_ == ResultFormat::kJsonl;
    }
    if (!torn) return NotOurs();
    results_.notices.push_back(
        fmt::format("{}: its last {} bytes were torn by the interruption: they are cut off, and "
                    "their images run again",
                    path_, size - results_.whole.bytes));
    return {};
  }

  tl::unexpected<Error> NotOurs() const {
    const std::int64_t before = results_.whole.lines + (parser_.HasHeader() ? 1 : 0);
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("{}:{}: is not a line of a {} results file; --resume needs the file that the "
                    "interrupted run wrote, and has left this one as it is{}",
                    path_, results_.whole.bytes == 0 ? 1 : before + 1, ToString(format_),
                    results_.whole.bytes == 0
                        ? ""
                        : fmt::format(" (truncate -s {} cuts off what follows the whole lines)",
                                      results_.whole.bytes)));
  }

  tl::unexpected<Error> Cut(std::uint64_t size) const {
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("{}: was cut to {} bytes, but its journal knows of {} bytes ({} lines); put "
                    "the whole file back, or remove {} to go on by the lines that are left",
                    path_, size, durable_.bytes, durable_.lines, JournalPath(path_)));
  }

  [[nodiscard]] Error Changed() const {
    return {ErrorCode::kInvalidInput,
            fmt::format("{}: its first {} bytes are not those that its journal knows: the file was "
                        "changed, or the journal is of another one; put the right files back, or "
                        "remove {} to go on by the lines as they are",
                        path_, durable_.bytes, JournalPath(path_))};
  }

  const std::string& path_;
  ResultFormat format_;
  RecordParser parser_;
  EarlierResults& results_;
  Checkpoint durable_;
  std::string text_;          // read, and not yet taken
  std::size_t searched_ = 0;  // of text_, for the end of a record
  std::uint64_t read_ = 0;
  bool tail_ = false;        // text_ begins with what is no record
  bool terminated_ = false;  // and that has an end
  ParsedRecord parsed_;
};

Status CheckJournal(const ResultFileOptions& options, const JournalContent& journal) {
  const std::string difference = DifferenceOf(journal.identity, options.identity);
  if (difference.empty()) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: holds the results of another run ({}); give what was given "
                               "then, name another --output, or leave out --resume to start anew",
                               options.path, difference));
}

std::string WithoutJournal(const std::string& path, std::int64_t lines) {
  return fmt::format(
      "{}: has no journal ({}): its {} lines count, but whether they are of this "
      "model and these options cannot be told",
      path, JournalPath(path), lines);
}

Status CheckKind(const std::string& path) {
  const auto kind = base::IrregularKind(path);
  if (!kind) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: is {}; --resume needs the results file of the interrupted run",
                               path, *kind));
}

}  // namespace

Result<EarlierResults> ReadEarlierResults(const ResultFileOptions& options) {
  const std::string& path = options.path;
  if (auto ok = CheckKind(path); !ok) return tl::unexpected(ok.error());
  EarlierResults results;
  std::error_code none;
  const bool there = std::filesystem::exists(path, none);
  if (there) {
    auto file = base::OpenForAppending(path, /*readable=*/true);
    if (!file) return tl::unexpected(file.error());
    results.file = *std::move(file);
  }
  auto journal = ReadJournal(JournalPath(path));
  if (!journal) return tl::unexpected(journal.error());
  results.journal = *std::move(journal);
  if (!there) {
    if (results.journal && results.journal->last.lines > 0) {
      results.notices.push_back(
          fmt::format("{}: is not there, though its journal knows of {} lines: starting anew", path,
                      results.journal->last.lines));
    }
    results.journal.reset();
    return results;
  }
  if (results.journal) {
    if (auto ok = CheckJournal(options, *results.journal); !ok) return tl::unexpected(ok.error());
    results.finished = Finished(results.journal->identity.folder);
  }
  if (auto ok = Scan(options, results).Run(); !ok) return tl::unexpected(ok.error());
  if (!results.journal && results.whole.lines > 0) {
    results.notices.push_back(WithoutJournal(path, results.whole.lines));
  }
  return results;
}

}  // namespace batchsizer::flow
