#include "cli/run_results.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "cli/terminal.h"
#include "flow/result/finished.h"

namespace batchsizer::cli {

Result<std::unique_ptr<RunResults>> RunResults::Create(flow::ImageFeeder& feeder,
                                                       const Options& options) {
  std::unique_ptr<RunResults> results(new RunResults(feeder, options));
  if (options.path.empty()) return results;
  auto writer = flow::ResultWriter::Create(options.path,
                                           {.top = options.top, .keep_bytes = options.keep_bytes});
  if (!writer) return tl::unexpected(writer.error());
  results->writer_ = std::move(*writer);
  return results;
}

Status RunResults::OnBatch(std::int64_t batch_index, const runtime::ReadyBatch& batch,
                           const OutputBatch& output) {
  TakeFailures();
  if (!writer_) return {};
  const auto classes = static_cast<std::size_t>(output.classes);
  for (std::size_t row = 0; row < batch.images.size(); ++row) {
    writer_->Add(batch.images[row].path, output.scores.subspan(row * classes, classes), batch.rows,
                 options_.first_batch + batch_index);
  }
  return writer_->Flush();
}

void RunResults::TakeFailures() {
  for (const auto& failure : feeder_.DrainFailures()) {
    ++failed_;
    if (options_.display != nullptr) options_.display->OnFailure();
    Say(fmt::format("{}: {}", failure.path, failure.error.message));
    if (writer_) writer_->AddFailure(failure.path, failure.error.message);
  }
}

Status RunResults::Close() {
  TakeFailures();
  return writer_ ? writer_->Close() : Status{};
}

Result<RestOfRun> LeaveOutFinished(flow::ImageList images, const std::string& results_path) {
  auto finished = flow::Finished::Read(results_path);
  if (!finished) return tl::unexpected(finished.error());
  RestOfRun rest{.first_batch = finished->next_batch(), .whole_bytes = finished->whole_bytes()};
  // A list may go round for ever; once one whole round has nothing finished, the
  // rest has nothing either.
  std::vector<std::size_t> left;
  std::size_t at = 0;
  for (std::size_t since_last = 0; at < images.size() && since_last < images.distinct(); ++at) {
    const bool done = finished->Take(images.Path(at));
    since_last = done ? 0 : since_last + 1;
    if (!done) left.push_back(at);
  }
  if (finished->lines() > 0 && left.size() == at) {
    Say(fmt::format("--resume: {}: none of its {} lines is of these images: all are run",
                    results_path, finished->lines()));
  }
  images.ReplaceFirst(at, std::move(left));
  rest.images = std::move(images);
  return rest;
}

}  // namespace batchsizer::cli
