#include "record/trace_csv.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
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
  TraceWriter writer(path, start, *std::move(file));
  writer.row_ = std::string(kTraceHeader) + '\n';
  writer.WriteRow();
  if (writer.error_ != 0) return base::CannotWrite(path, writer.error_);
  return writer;
}

void TraceWriter::WriteRow() {
  errno = 0;
  const bool written = std::fwrite(row_.data(), 1, row_.size(), file_.get()) == row_.size();
  if (written && std::fflush(file_.get()) == 0) return;
  if (error_ == 0) error_ = errno != 0 ? errno : EIO;
}

void TraceWriter::Add(const WindowRecord& record) {
  row_.clear();
  AppendTraceRow(row_, record, start_);
  row_ += '\n';
  WriteRow();
}

Status TraceWriter::Close() {
  file_.reset();
  if (error_ != 0) return base::CannotWrite(path_, error_);
  return {};
}

}  // namespace batchsizer::record
