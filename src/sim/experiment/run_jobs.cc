#include "sim/experiment/run_jobs.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"
#include "runtime/pieces.h"
#include "sim/best_setting.h"
#include "sim/device/make_curve.h"

namespace batchsizer::sim {
namespace {

Workload WorkloadOf(const PaperJob& job) { return {job.network, job.dataset}; }

Result<std::vector<CurvePoint>> KnownCurve(const Testbed& testbed, const PaperJob& job) {
  auto plant = testbed.MakePlant(WorkloadOf(job));
  if (!plant) return tl::unexpected<Error>(plant.error());
  const PlantInfo& info = (*plant)->Info();
  // What the paper chooses from, but every size in it.
  std::vector<BatchSize> sizes;
  for (int size = info.smallest.value(); size <= std::min(kPaperLargestBatch, info.largest.value());
       ++size) {
    sizes.emplace_back(size);
  }
  return MakeCurve(**plant, sizes, PeakKind::kObserved);
}

Result<PolicyRun> RunOne(const Testbed& testbed, const JobsToRun& what, const JobResult& job,
                         const std::string& policy, const std::vector<CurvePoint>& curve) {
  auto accelerator = testbed.MakeAccelerator(WorkloadOf(job.job));
  if (!accelerator) return tl::unexpected<Error>(accelerator.error());
  const auto& shown = what.keep_readings_of;
  PolicyRunOptions options{
      .policy = policy,
      .cap = job.job.power_cap,
      .images = what.images,
      .known_curve = policy == "oracle" ? curve : std::vector<CurvePoint>{},
      .keep_readings = std::find(shown.begin(), shown.end(), job.job.number) != shown.end(),
      .stop = what.stop};
  auto run = RunPolicy(**accelerator, options);
  if (run && job.oracle.value() > 0) {
    run->summary.oracle_throughput_ips = job.oracle.value();
    run->summary.fraction_of_oracle = run->summary.throughput_ips / job.oracle.value();
  }
  return run;
}

Result<JobResult> RunJob(const Testbed& testbed, const JobsToRun& what, const PaperJob& job) {
  JobResult result{.job = job, .oracle = {}, .runs = {}};
  auto curve = what.find_oracle ? KnownCurve(testbed, job) : std::vector<CurvePoint>{};
  if (!curve) return tl::unexpected<Error>(curve.error());
  const SteppedCap::Step always{.from = Duration(0), .cap = job.power_cap};
  result.oracle = OracleThroughput(*curve, {&always, 1}, std::chrono::seconds(1));
  for (const std::string& policy : what.policies) {
    auto run = RunOne(testbed, what, result, policy, *curve);
    if (!run) return tl::unexpected<Error>(run.error());
    result.runs.push_back(std::move(*run));
  }
  return result;
}

}  // namespace

const PolicyRun* JobResult::Find(std::string_view policy) const {
  const auto at = std::find_if(runs.begin(), runs.end(),
                               [&](const PolicyRun& run) { return run.policy == policy; });
  return at == runs.end() ? nullptr : &*at;
}

std::optional<double> GainOver(const JobResult& result, std::string_view policy,
                               std::string_view base) {
  const PolicyRun* of = result.Find(policy);
  const PolicyRun* over = result.Find(base);
  if (of == nullptr || over == nullptr || over->summary.throughput_ips <= 0) return {};
  return of->summary.throughput_ips / over->summary.throughput_ips - 1;
}

Result<std::vector<JobResult>> RunJobs(const Testbed& testbed, const JobsToRun& what) {
  BATCHSIZER_CHECK(what.stop != nullptr);
  std::vector<JobResult> results(what.jobs.size());
  for (std::size_t i = 0; i < results.size(); ++i) results[i].job = what.jobs[i];
  const auto work = [&](int i) -> Status {
    JobResult& result = results[static_cast<std::size_t>(i)];
    auto found = RunJob(testbed, what, result.job);
    if (!found) return tl::unexpected<Error>(found.error());
    result = std::move(*found);
    if (what.job_done) what.job_done();
    return {};
  };
  const auto done =
      runtime::DoPieces(static_cast<int>(results.size()), what.threads, *what.stop, work);
  if (!done.status) return tl::unexpected<Error>(done.status.error());
  return results;
}

}  // namespace batchsizer::sim
