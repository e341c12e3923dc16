#include "cli/recorder.h"

#include <fmt/format.h>

#include "cli/terminal.h"

namespace batchsizer::cli {

int SayIfCapNotMet(const record::Summary& summary, const GlobalOptions& global) {
  if (!summary.CapCouldNotBeMet()) return kDone;
  if (!global.quiet) {
    Say(fmt::format("the cap could not be met in {} of {} windows, for want of a smaller setting",
                    summary.impossible_windows, summary.windows));
  }
  return kCapNotMet;
}

Status Recorder::OpenTrace(const std::string& path, TimePoint start, bool resume) {
  auto trace = resume ? record::TraceWriter::Continue(path, start)
                      : record::TraceWriter::Create(path, start);
  if (!trace) return tl::unexpected(trace.error());
  trace_ = std::move(*trace);
  return {};
}

Status Recorder::Close() {
  if (!trace_) return {};
  auto closed = trace_->Close();
  trace_.reset();
  return closed;
}

void Recorder::OnWindow(const WindowRecord& record) {
  builder_.Add(record);
  if (trace_) trace_->Add(record);
  if (display_ != nullptr) display_->OnWindow(record);
}

void Recorder::OnNotice(const Notice& notice) {
  if (display_ != nullptr) display_->OnNotice(notice);
}

}  // namespace batchsizer::cli
