// The journal of a results file: a small file beside it (r.jsonl.journal) that says
// of which run the results are, and how much of them was certainly on the disk.
//
//   batchsizer-journal 1 SUM {"folder":"/home/me","run":[["model","9f3a...","m.onnx"],...]}
//   checkpoint SUM {"bytes":81920,"hash":"51c0...","lines":1024}
//
// A record is one line, SUM the XXH3 of what follows it. A checkpoint is written
// after the results' first so many bytes have been made durable; hash is the XXH3
// of those. The last whole one counts. What follows the first record that is not
// whole is no part of the journal: a machine that stops in the middle of a record
// leaves such a rest.
//
// Thread safety: thread-compatible.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/hash.h"
#include "base/output_file.h"
#include "batchsizer/result.h"
#include "flow/result/run_identity.h"

namespace batchsizer::flow {

// The beginning of a results file, whole records all.
struct Checkpoint {
  std::uint64_t bytes = 0;
  std::int64_t lines = 0;  // records: results and failures
  base::Hash128 hash = base::HashOf("");
};

[[nodiscard]] std::string JournalPath(const std::string& results_path);

struct JournalContent {
  RunIdentity identity;
  Checkpoint last;                // of nothing, when there is none
  std::uint64_t whole_bytes = 0;  // of the journal itself
};
// Null: there is none, or the machine stopped before its first byte was durable.
// Changes nothing. Errors: kInvalidInput when its first record is damaged, of another
// version or no journal's; those of reading.
[[nodiscard]] Result<std::unique_ptr<JournalContent>> ReadJournal(const std::string& path);

class Journal {
 public:
  // Starts one, with a checkpoint unless that is of nothing; takes the place of an
  // earlier journal as a whole. Errors: kInvalidInput when a file stands there that
  // is no journal, which stays; those of writing.
  [[nodiscard]] static Result<Journal> Create(const std::string& path, RunIdentity identity,
                                              const Checkpoint& first);
  // Goes on with one, after its last whole record. Errors: those of writing.
  [[nodiscard]] static Result<Journal> Continue(const std::string& path,
                                                const JournalContent& content);
  // Removes one, if it is there. Errors: as of Create.
  [[nodiscard]] static Status Remove(const std::string& path);

  // REQUIRES: those bytes of the results are durable. Errors: kIo; the journal is
  // then as good as before.
  [[nodiscard]] Status Add(const Checkpoint& checkpoint);
  // Makes the journal itself durable. Errors: kIo.
  [[nodiscard]] Status Sync();

 private:
  Journal(std::string path, RunIdentity identity, base::FileDescriptor file, std::uint64_t bytes)
      : path_(std::move(path)),
        identity_(std::move(identity)),
        file_(std::move(file)),
        bytes_(bytes) {}

  std::string path_;
  RunIdentity identity_;
  base::FileDescriptor file_;
  std::uint64_t bytes_;
};

}  // namespace batchsizer::flow
