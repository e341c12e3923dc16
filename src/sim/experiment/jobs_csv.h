// jobs.csv: a row a job and policy.
//
// Thread safety: free functions without state.
#pragma once

#include <span>
#include <string>

#include "sim/experiment/run_jobs.h"

namespace batchsizer::sim {

inline constexpr const char* kJobsCsvHeader =
    "job,dnn,dataset,power_cap_w,policy,throughput_ips,mean_batch_size,mean_clock_mhz,"
    "time_above_cap_s,excess_energy_j,energy_j,fraction_of_oracle";

// Unknown values are empty cells. Lines end with "\n".
[[nodiscard]] std::string JobsCsv(std::span<const JobResult> results);

}  // namespace batchsizer::sim
