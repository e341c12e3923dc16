// Results of a run: the results file, if one is wanted, and the images that
// failed, each named once on stderr.
//
// Records are formatted and written beside the run (runtime/result_pump.h). They come
// in the order in which the images were found, or, if asked for, as they are done.
//
// Thread safety: one thread at a time; the file is written by a thread of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cli/display.h"
#include "flow/batch/image_feeder.h"
#include "flow/result/earlier_results.h"
#include "runtime/result_pump.h"
#include "runtime/run_loop.h"

namespace batchsizer::cli {

class RunResults final : public runtime::ResultSink {
 public:
  struct Options {
    flow::ResultFileOptions file = {};  // an empty path: no file
    bool unordered = false;
    Display* display = nullptr;  // borrowed; told of each failure. May be null
  };
  // feeder is borrowed and must outlive this. earlier: what the file holds, when it is
  // to be gone on with; else null; only its file and hash are taken.
  // Errors: those of flow::ResultFile and runtime::ResultPump.
  [[nodiscard]] static Result<std::unique_ptr<RunResults>> Create(flow::ImageFeeder& feeder,
                                                                  const Options& options,
                                                                  flow::EarlierResults* earlier);
  ~RunResults() override;

  // Errors: what writing earlier results failed of.
  Status OnBatch(std::int64_t batch_index, const runtime::ReadyBatch& batch,
                 const OutputBatch& output) override;
  // Names and writes what failed so far; for a run that waits for its next batch.
  // Errors: as of OnBatch.
  Status TellFailures();
  // Takes the last failures, writes everything and closes the file. What was written
  // stays, also after an error.
  Status Close();
  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  class File;

  RunResults(flow::ImageFeeder& feeder, const Options& options);
  [[nodiscard]] std::vector<flow::ImageFailure> TakeFailures();

  flow::ImageFeeder& feeder_;
  Options options_;
  std::int64_t first_batch_ = 0;
  std::int64_t failed_ = 0;
  std::unique_ptr<File> file_;                 // none: nothing is written
  std::unique_ptr<runtime::ResultPump> pump_;  // last: it uses the file
};

}  // namespace batchsizer::cli
