#include "record/trace_csv.h"

#include <fmt/format.h>

#include <cerrno>
#include <iterator>
#include <utility>

namespace batchsizer::record {
namespace {

void AppendOptional(std::string& out, const std::optional<Watts>& power) {
  if (power) fmt::format_to(std::back_inserter(out), "{:.3f}", power->value());
  out += ',';
}

}  // namespace

void AppendTraceRow(std::string& out, const WindowRecord& record, TimePoint start) {
  auto end = std::back_inserter(out);
  fmt::format_to(end, "{:.6f},{},{},", ToSeconds(record.end - start), record.images,
                 record.setting.batch_size.value());
  if (record.setting.clock) fmt::format_to(end, "{:.10g}", record.setting.clock->value());
  out += ',';
  AppendOptional(out, record.peak_power);
  AppendOptional(out, record.mean_power);
  fmt::format_to(end, "{:.10g},{:.3f},{},{}", record.cap.value(), record.throughput.value(),
                 ToString(record.decision.action), ToString(record.decision.reason));
}

Result<TraceWriter> TraceWriter::Create(const std::string& path, TimePoint start) {
  auto file = base::CreateOutputFile(path);
  if (!file) return tl::unexpected(file.error());
  errno = 0;
  if (std::fprintf(file->get(), "%s\n", kTraceHeader) < 0) return base::CannotWrite(path, errno);
  return TraceWriter(path, start, *std::move(file));
}

void TraceWriter::Add(const WindowRecord& record) {
  row_.clear();
  AppendTraceRow(row_, record, start_);
  row_ += '\n';
  (void)std::fwrite(row_.data(), 1, row_.size(), file_.get());
}

Status TraceWriter::Close() {
  if (!file_) return {};
  errno = 0;
  const bool failed = std::ferror(file_.get()) != 0 || std::fflush(file_.get()) != 0;
  const int error = errno != 0 ? errno : EIO;
  file_.reset();
  if (failed) return base::CannotWrite(path_, error);
  return {};
}

}  // namespace batchsizer::record
