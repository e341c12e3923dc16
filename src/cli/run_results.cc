#include "cli/run_results.h"

#include <fmt/format.h>

#include <utility>

#include "cli/terminal.h"

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

}  // namespace batchsizer::cli
