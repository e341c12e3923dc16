// What a results file holds already, when a run is to go on with it.
//
// What the journal knows to have been durable must be there, to the byte. What
// follows is judged record by record: a machine that stopped may have left a torn
// record there, or zeros. From the first such one on it is cut off, and its images
// are run again. Without a journal the records alone count.
//
// Thread safety: plain values; ReadEarlierResults has no state.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/output_file.h"
#include "batchsizer/result.h"
#include "flow/result/finished.h"
#include "flow/result/journal.h"
#include "flow/result/result_format.h"

namespace batchsizer::flow {

struct ResultFileOptions {
  std::string path;
  ResultFormat format = ResultFormat::kJsonl;
  int top = 5;  // classes an image, best first
  RunIdentity identity = {};
};

struct EarlierResults {
  base::FileDescriptor file = {};  // locked, and not changed yet; none: there is no file
  Checkpoint whole = {};           // what is kept
  base::Hasher hash = {};          // of that
  std::int64_t next_batch = 0;     // one past the highest index of a batch
  std::unique_ptr<JournalContent> journal = {};  // null: there is none
  Finished finished = Finished();
  std::vector<std::string> notices = {};  // what people should know
};

// Changes nothing. A file that is not there has no results. Memory does not grow with
// the file, but for Finished.
// Errors: kInvalidInput, with the reason and the way out, when another run is writing
// the file; when the journal is of another run or damaged at its start; when the file
// is shorter than the journal knows or was changed there; when it is no results file.
// Those of opening and reading.
[[nodiscard]] Result<EarlierResults> ReadEarlierResults(const ResultFileOptions& options);

}  // namespace batchsizer::flow
