// Results of a run: the results file, if one is wanted, and the images that
// failed, each named once on stderr.
//
// Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "cli/display.h"
#include "flow/batch/image_feeder.h"
#include "flow/result/result_writer.h"
#include "runtime/run_loop.h"

namespace batchsizer::cli {

class RunResults final : public runtime::ResultSink {
 public:
  struct Options {
    std::string path;  // empty: no file
    int top = 5;
    std::optional<std::uint64_t> keep_bytes = {};  // as in flow::ResultWriter
    std::int64_t first_batch = 0;
    Display* display = nullptr;  // borrowed; told of each failure. May be null
  };
  // feeder is borrowed and must outlive this. Errors: those of ResultWriter.
  [[nodiscard]] static Result<std::unique_ptr<RunResults>> Create(flow::ImageFeeder& feeder,
                                                                  const Options& options);

  Status OnBatch(std::int64_t batch_index, const runtime::ReadyBatch& batch,
                 const OutputBatch& output) override;
  // Takes the last failures and closes the file.
  Status Close();
  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  RunResults(flow::ImageFeeder& feeder, const Options& options)
      : feeder_(feeder), options_(options) {}
  void TakeFailures();

  flow::ImageFeeder& feeder_;
  Options options_;
  std::optional<flow::ResultWriter> writer_;
  std::int64_t failed_ = 0;
};

}  // namespace batchsizer::cli
