// The summary of a run, from nothing but its trace.
//
// Thread safety: free functions without state.
#pragma once

#include <nlohmann/json.hpp>

#include "batchsizer/result.h"
#include "record/summary.h"
#include "record/trace_reader.h"

namespace batchsizer::record {

// By the definitions of record/summary.h. What a trace does not tell stays as it is
// by default: policy, device, emulated, failed_images, bad_readings, the excess
// energy, the true peak, input wait, oracles; final_batch_size and final_clock_mhz
// are those of the last window where !trace.last_setting_known. Estimates:
//   energy_j         sum of mean power x length, which on an emulated device is not
//                    what it really drew
//   mean_batch_size  each window's batches but its last one taken as full
[[nodiscard]] Summary SummariseTrace(const Trace& trace);

// Is summary (as --json printed it) of the run that left this trace? Errors:
// kInvalidInput, with file_name and the figure that differs.
[[nodiscard]] Status CheckSummaryFits(const nlohmann::json& summary, const Summary& of_trace,
                                      std::string_view file_name);

}  // namespace batchsizer::record
