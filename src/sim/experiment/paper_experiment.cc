#include "sim/experiment/paper_experiment.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "runtime/pieces.h"

namespace batchsizer::sim {
namespace {

constexpr std::array kShownJobs{2, 5, 7, 13, 19};

// Section 3 looks at one network of each family, without saying which. Of the
// Inceptions only v3 keeps the device busy with 128 images for as long as the driver
// takes the mean of its use, which Fig. 2 shows near 100 % then.
constexpr std::array<std::string_view, 3> kCurveNetworks{"inception-v3", "resnet-v2-50",
                                                         "mobilenet-v1"};
constexpr std::array<std::string_view, 2> kDatasets{"imagenet", "caltech256"};
constexpr Workload kTraced{"inception-v3", "caltech256"};
constexpr std::array kTracedBatches{32, 128, 512};
constexpr Duration kTraceLength = std::chrono::seconds(15);

NetworkFacts FactsOf(std::string_view name, const flow::ModelSummary& network) {
  return {.name = std::string(name),
          .parameters_m = static_cast<double>(network.parameters) * 1e-6,
          .macs_g = static_cast<double>(network.macs) * 1e-9,
          .file_mb = static_cast<double>(network.weight_bytes) * 1e-6};
}

std::vector<NetworkFacts> FactsOfNetworks(const Testbed& testbed) {
  std::vector<NetworkFacts> facts;
  for (const PaperJob& job : PaperJobs().first(PaperJobs().size() / 2)) {
    facts.push_back(FactsOf(job.network, testbed.Network(job.network)));
  }
  return facts;
}

Result<std::vector<BatchCurve>> MeasureCurves(const Testbed& testbed, const PaperOptions& options) {
  std::vector<BatchCurve> curves(kCurveNetworks.size() * kDatasets.size());
  const auto work = [&](int piece) -> Status {
    const auto i = static_cast<std::size_t>(piece);
    const Workload workload{kCurveNetworks.at(i / kDatasets.size()),
                            kDatasets.at(i % kDatasets.size())};
    auto curve = MeasureCurve(testbed, workload, options.images);
    if (!curve) return tl::unexpected<Error>(curve.error());
    curves[i] = std::move(*curve);
    if (options.step_done) options.step_done();
    return {};
  };
  const auto done =
      runtime::DoPieces(static_cast<int>(curves.size()), options.threads, *options.stop, work);
  if (!done.status) return tl::unexpected<Error>(done.status.error());
  return curves;
}

// Of the sizes that the device can run.
Result<std::vector<BatchTrace>> TraceAll(const Testbed& testbed, const PaperOptions& options) {
  std::vector<BatchTrace> traces;
  for (const int size : kTracedBatches) {
    auto trace = TraceBatches(testbed, kTraced, BatchSize(size), kTraceLength);
    if (options.step_done) options.step_done();
    if (!trace && trace.error().code == ErrorCode::kInvalidInput) continue;
    if (!trace) return tl::unexpected<Error>(trace.error());
    traces.push_back(std::move(*trace));
  }
  return traces;
}

JobsToRun ToJobs(const PaperOptions& options) {
  return {.jobs = options.jobs,
          .policies = options.policies,
          .images = options.images,
          .keep_readings_of = {kShownJobs.begin(), kShownJobs.end()},
          .threads = options.threads,
          .job_done = options.step_done,
          .stop = options.stop};
}

// Of the options, and drawn where there is none.
InputSets SetsOf(const PaperOptions& options) {
  InputSets sets = DrawInputSets(options.seed);
  if (!options.own_sets.imagenet.empty()) sets.imagenet = options.own_sets.imagenet;
  if (!options.own_sets.caltech256.empty()) sets.caltech256 = options.own_sets.caltech256;
  return sets;
}

}  // namespace

std::span<const int> ShownJobs() { return kShownJobs; }

int StepsOf(const PaperOptions& options) {
  const std::size_t shifts = options.shift_constants ? 2 * FittedConstants().size() : 0;
  return static_cast<int>(kCurveNetworks.size() * kDatasets.size() + kTracedBatches.size() +
                          options.jobs.size() + shifts);
}

Result<std::optional<PaperResults>> RunPaper(const PaperOptions& options) {
  BATCHSIZER_CHECK(options.stop != nullptr);
  const auto testbed = Testbed::Create(options.device, SetsOf(options), options.seed);
  if (!testbed) return tl::unexpected<Error>(testbed.error());
  auto curves = MeasureCurves(*testbed, options);
  if (!curves) return tl::unexpected<Error>(curves.error());
  auto traces = TraceAll(*testbed, options);
  if (!traces) return tl::unexpected<Error>(traces.error());
  const JobsToRun what = ToJobs(options);
  auto jobs = RunJobs(*testbed, what);
  if (!jobs) return tl::unexpected<Error>(jobs.error());
  auto shifts = options.shift_constants ? ShiftConstants(*testbed, what)
                                        : Result<std::vector<ConstantShift>>();
  if (!shifts) return tl::unexpected<Error>(shifts.error());
  if (options.stop->load()) return std::nullopt;
  return PaperResults{.device = options.device,
                      .command = options.command,
                      .policies = options.policies,
                      .images = options.images,
                      .seed = options.seed,
                      .own_imagenet = options.own_sets.imagenet.size(),
                      .own_caltech256 = options.own_sets.caltech256.size(),
                      .networks = FactsOfNetworks(*testbed),
                      .curves = std::move(*curves),
                      .traces = std::move(*traces),
                      .jobs = std::move(*jobs),
                      .shifts = std::move(*shifts)};
}

}  // namespace batchsizer::sim
