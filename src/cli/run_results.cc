#include "cli/run_results.h"

#include <fmt/format.h>

#include <utility>

#include "cli/terminal.h"
#include "flow/result/record_text.h"
#include "flow/result/result_file.h"
#include "flow/result/result_order.h"

namespace batchsizer::cli {

// From results of a batch to records in a file, on the pump's thread.
class RunResults::File final : public runtime::ResultStore {
 public:
  File(const Options& options, flow::ResultFile file)
      : text_(options.file.format, options.file.top),
        order_(options.unordered),
        file_(std::move(file)) {}

  Status Write(const runtime::BatchResults& results) override {
    for (const auto& failure : results.failures) {
      const auto record = text_.OfFailure(failure.path, failure.error.message);
      if (auto ok = order_.Add(failure.image, record, to_file_); !ok) return ok;
    }
    const auto classes = static_cast<std::size_t>(results.classes);
    for (std::size_t row = 0; row < results.images.size(); ++row) {
      const auto& image = results.images[row];
      const auto record = text_.OfResult(image.path, results.scores.subspan(row * classes, classes),
                                         results.batch_size, results.batch);
      if (auto ok = order_.Add(image.image, record, to_file_); !ok) return ok;
    }
    return {};
  }
  Status Flush() override { return file_.Flush(); }
  Status Checkpoint() override { return file_.Checkpoint(); }

  // A run that was stopped may have left images out, after which others were done.
  Status Close() {
    auto rest = order_.Finish(to_file_);
    auto closed = file_.Close();
    return rest ? closed : rest;
  }

 private:
  flow::RecordText text_;
  flow::ResultOrder order_;
  flow::ResultFile file_;
  const flow::ResultOrder::Out to_file_ = [this](std::string_view record) {
    return file_.Add(record);
  };
};

RunResults::RunResults(flow::ImageFeeder& feeder, const Options& options)
    : feeder_(feeder), options_(options) {}

RunResults::~RunResults() = default;

Result<std::unique_ptr<RunResults>> RunResults::Create(flow::ImageFeeder& feeder,
                                                       const Options& options,
                                                       flow::EarlierResults* earlier) {
  std::unique_ptr<RunResults> results(new RunResults(feeder, options));
  if (options.file.path.empty()) return results;
  auto file = earlier != nullptr ? flow::ResultFile::Continue(options.file, *earlier)
                                 : flow::ResultFile::Create(options.file);
  if (!file) return tl::unexpected(file.error());
  if (earlier != nullptr) results->first_batch_ = earlier->next_batch;
  results->file_ = std::make_unique<File>(options, *std::move(file));
  auto pump = runtime::ResultPump::Create(*results->file_, {});
  if (!pump) return tl::unexpected(pump.error());
  results->pump_ = *std::move(pump);
  return results;
}

Status RunResults::OnBatch(std::int64_t batch_index, const runtime::ReadyBatch& batch,
                           const OutputBatch& output) {
  const auto failures = TakeFailures();
  if (!pump_) return {};
  return pump_->Put({.images = batch.images,
                     .scores = output.scores,
                     .classes = output.classes,
                     .batch_size = batch.rows,
                     .batch = first_batch_ + batch_index,
                     .failures = failures});
}

Status RunResults::TellFailures() {
  const auto failures = TakeFailures();
  if (failures.empty() || !pump_) return {};
  return pump_->Put({.failures = failures});
}

std::vector<flow::ImageFailure> RunResults::TakeFailures() {
  auto failures = feeder_.DrainFailures();
  for (const auto& failure : failures) {
    ++failed_;
    if (options_.display != nullptr) options_.display->OnFailure();
    Say(fmt::format("{}: {}", failure.path, failure.error.message));
  }
  return failures;
}

Status RunResults::Close() {
  const auto failures = TakeFailures();
  if (!pump_) return {};
  auto written = pump_->Put({.failures = failures});
  auto pumped = pump_->Close();
  auto closed = file_->Close();
  return !written ? written : !pumped ? pumped : closed;
}

}  // namespace batchsizer::cli
