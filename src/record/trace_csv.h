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
  // Writes the header. Errors, with the path: kNotFound (its folder),
  // kPermissionDenied, kInvalidInput (it is a folder), kIo.
  [[nodiscard]] static Result<TraceWriter> Create(const std::string& path, TimePoint start);
  // Buffered; a failing write is kept and told by Close().
  void Add(const WindowRecord& record);
  // Flushes; nothing may be added after it. Idempotent. Errors: kIo when any write
  // failed (a full disk, say).
  Status Close();

 private:
  TraceWriter(std::string path, TimePoint start, base::OutputFile file)
      : path_(std::move(path)), start_(start), file_(std::move(file)) {}

  std::string path_;
  TimePoint start_;
  base::OutputFile file_;
  std::string row_;
};

}  // namespace batchsizer::record
