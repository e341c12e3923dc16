// A results file that is being written, with its journal (journal.h).
//
// A regular file is locked, and keeps whole records only: when a write fails in the
// middle of one (a full disk), that one is cut off again. What is no regular file
// (a pipe, /dev/stdout, /dev/null) is only written.
//
// What Flush has handed to the system outlives the process, killed or not; what
// Checkpoint has, the machine.
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/output_file.h"
#include "batchsizer/result.h"
#include "flow/result/earlier_results.h"
#include "flow/result/journal.h"

namespace batchsizer::flow {

class ResultFile {
 public:
  // Starts the file anew. Errors: those of base::OpenForAppending and Journal.
  [[nodiscard]] static Result<ResultFile> Create(const ResultFileOptions& options);
  // Goes on after earlier.whole; takes file and hash out of earlier. Errors: as above.
  [[nodiscard]] static Result<ResultFile> Continue(const ResultFileOptions& options,
                                                   EarlierResults& earlier);

  // A whole record, with the end of its line. Kept here until Flush, but not too many.
  // Allocates nothing once as much has been kept.
  [[nodiscard]] Status Add(std::string_view record);
  // Each: kIo and the like, naming the file (a full disk, say). After one, nothing
  // more is written.
  [[nodiscard]] Status Flush();
  [[nodiscard]] Status Checkpoint();
  // Flushes, and makes everything durable that was written, also after an error.
  [[nodiscard]] Status Close();

 private:
  ResultFile(const ResultFileOptions& options, base::FileDescriptor file)
      : path_(options.path), file_(std::move(file)) {}
  void AddHeader(const ResultFileOptions& options);
  [[nodiscard]] Status Failed(int error);
  [[nodiscard]] Status MakeDurable();

  std::string path_;
  base::FileDescriptor file_;
  std::optional<Journal> journal_;  // none: no regular file
  std::string buffer_;
  std::vector<std::size_t> ends_;  // of the records in buffer_
  flow::Checkpoint written_;       // but for the hash, which is in hash_
  base::Hasher hash_;
  std::uint64_t durable_bytes_ = 0;
  bool folder_synced_ = false;
  std::optional<Error> error_;
};

}  // namespace batchsizer::flow
