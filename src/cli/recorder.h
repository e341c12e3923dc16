// Takes the stream of records and makes everything of it that a command shows:
// summary, trace file, lines on the terminal.
//
// Thread safety: one thread at a time.
#pragma once

#include <optional>
#include <string>

#include "batchsizer/record.h"
#include "cli/display.h"
#include "cli/options.h"
#include "record/summary.h"
#include "record/trace_csv.h"

namespace batchsizer::cli {

// The exit code of a run that is done; says so when the cap could not be met.
[[nodiscard]] int SayIfCapNotMet(const record::Summary& summary, const GlobalOptions& global);

class Recorder final : public RecordSink {
 public:
  // display may be null.
  Recorder(TimePoint start, Display* display) : builder_(start), display_(display) {}

  // Also writes a trace file; resume: goes on with one. Errors: those of
  // record::TraceWriter.
  Status OpenTrace(const std::string& path, TimePoint start, bool resume = false);
  // Flushes the trace file. Errors: kIo.
  Status Close();

  void OnWindow(const WindowRecord& record) override;
  void OnNotice(const Notice& notice) override;

  [[nodiscard]] record::Summary Build() const { return builder_.Build(); }

 private:
  record::SummaryBuilder builder_;
  Display* display_;
  std::optional<record::TraceWriter> trace_;
};

}  // namespace batchsizer::cli
