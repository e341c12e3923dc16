#include "sim/experiment/jobs_csv.h"

#include <fmt/format.h>

#include <optional>

namespace batchsizer::sim {
namespace {

std::string Cell(std::optional<double> value) {
  return value ? fmt::format("{:.9g}", *value) : std::string();
}

std::string Row(const PaperJob& job, const PolicyRun& run) {
  const record::Summary& sum = run.summary;
  return fmt::format("{},{},{},{:g},{},{},{},{},{},{},{},{}\n", job.number, job.network,
                     job.dataset, job.power_cap.value(), run.policy, Cell(sum.throughput_ips),
                     Cell(sum.mean_batch_size), Cell(sum.mean_clock_mhz),
                     Cell(sum.time_above_cap_s), Cell(sum.excess_energy_j), Cell(sum.energy_j),
                     Cell(sum.fraction_of_oracle));
}

}  // namespace

std::string JobsCsv(std::span<const JobResult> results) {
  std::string text = std::string(kJobsCsvHeader) + '\n';
  for (const JobResult& result : results) {
    for (const PolicyRun& run : result.runs) text += Row(result.job, run);
  }
  return text;
}

}  // namespace batchsizer::sim
