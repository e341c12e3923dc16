#include "record/trace_csv.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace batchsizer::record {
namespace {

void AppendOptional(std::string& out, const std::optional<Watts>& power) {
  if (power) fmt::format_to(std::back_inserter(out), "{:.3f}", power->value());
  out += ',';
}

// The last row's time in the whole lines of a trace, 0 when it has none; nullopt
// when they are no trace.
std::optional<double> LastTime(std::string_view lines) {
  const std::string_view header(kTraceHeader);
  if (!lines.starts_with(header) || lines[header.size()] != '\n') return std::nullopt;
  lines.remove_prefix(header.size() + 1);
  if (lines.empty()) return 0.0;
  lines.remove_suffix(1);
  const std::string_view last = lines.substr(lines.rfind('\n') + 1);
  return base::ParseNumber(last.substr(0, last.find(',')));
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

Result<TraceWriter> TraceWriter::Continue(const std::string& path, TimePoint start) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return Create(path, start);
  const auto text = base::ReadFile(path);
  if (!text) return tl::unexpected(text.error());
  if (text->empty()) return Create(path, start);
  const std::string_view whole = std::string_view(*text).substr(0, text->rfind('\n') + 1);
  const auto last_s = LastTime(whole);
  if (!last_s) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: is not a trace to go on with; it must begin with '{}'", path,
                                 kTraceHeader));
  }
  auto file = base::ContinueOutputFile(path, whole.size());
  if (!file) return tl::unexpected(file.error());
  return TraceWriter(path, start - FromSeconds(*last_s), *std::move(file));
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
