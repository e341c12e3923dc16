// The trace file: one CSV row a window (design, section 5).
//
// Thread safety: one thread at a time.
#pragma once

#include <string>

#include "base/output_file.h"
#include "batchsizer/record.h"
#include "batchsizer/result.h"

namespace batchsizer::record {

inline constexpr const char* kTraceHeader =
    "time_s,images,batch_size,clock_mhz,peak_power_w,mean_power_w,power_cap_w,throughput_ips,"
    "decision,reason";

// One row, without the line's end. time_s counts from start. A window without a
// reading has empty power cells, a device without a clock an empty clock cell.
void AppendTraceRow(std::string& out, const WindowRecord& record, TimePoint start);

class TraceWriter {
 public:
  // Writes the header at once. Errors, with the path: kNotFound (its folder),
  // kPermissionDenied, kInvalidInput (it is a folder), kIo.
  [[nodiscard]] static Result<TraceWriter> Create(const std::string& path, TimePoint start);
  // Goes on with the trace of a run that was interrupted: its rows stay, but for a
  // torn last one, and the times of new rows go on from the last one's. A file that
  // is not there is created. Errors: as above; kInvalidInput for a file that is no
  // trace, which stays as it is.
  [[nodiscard]] static Result<TraceWriter> Continue(const std::string& path, TimePoint start);
  // Writes the row at once, so that a killed run loses none: one short write to the
  // system, a small matter once a window. A failing one is kept and told by Close().
  void Add(const WindowRecord& record);
  // Nothing may be added after it. Idempotent. Errors: kIo when any write failed (a
  // full disk, say), with what the first one failed of.
  Status Close();

 private:
  TraceWriter(std::string path, TimePoint start, base::OutputFile file)
      : path_(std::move(path)), start_(start), file_(std::move(file)) {}
  void WriteRow();

  std::string path_;
  TimePoint start_;
  base::OutputFile file_;
  std::string row_;
  int error_ = 0;  // errno of the first write that failed
};

}  // namespace batchsizer::record
