#include "sim/experiment/fixed_batches.h"

#include <fmt/format.h>

#include <algorithm>

namespace batchsizer::sim {
namespace {

constexpr int kLargest = 1024;

Result<FixedRun> RunFixed(const Testbed& testbed, const Workload& workload, BatchSize size,
                          std::int64_t images) {
  auto accelerator = testbed.MakeAccelerator(workload);
  if (!accelerator) return tl::unexpected<Error>(accelerator.error());
  EmulatedAccelerator& device = **accelerator;
  const TimePoint start = device.clock().Now();
  FixedRun run{.batch_size = size, .throughput = {}, .peak_power = {}, .mean_power = {}};
  for (std::int64_t left = images; left > 0; left -= size.value()) {
    device.Execute(BatchSize(static_cast<int>(std::min<std::int64_t>(left, size.value()))));
  }
  for (const PowerReading& reading : device.TakeReadings()) {
    run.peak_power = std::max(run.peak_power, reading.power);
  }
  const Duration time = device.clock().Now() - start;
  run.throughput = ImagesPerSecond(static_cast<double>(images) / ToSeconds(time));
  run.mean_power = device.TakeTruth().energy / time;
  return run;
}

}  // namespace

Result<BatchCurve> MeasureCurve(const Testbed& testbed, const Workload& workload,
                                std::int64_t images) {
  auto plant = testbed.MakePlant(workload);
  if (!plant) return tl::unexpected<Error>(plant.error());
  BatchCurve curve{.workload = workload, .runs = {}};
  const BatchSize largest = std::min((*plant)->Info().largest, BatchSize(kLargest));
  for (int size = 1; size <= largest.value(); size *= 2) {
    auto run = RunFixed(testbed, workload, BatchSize(size), images);
    if (!run) return tl::unexpected<Error>(run.error());
    curve.runs.push_back(*run);
  }
  return curve;
}

Result<BatchTrace> TraceBatches(const Testbed& testbed, const Workload& workload,
                                BatchSize batch_size, Duration length) {
  auto accelerator = testbed.MakeAccelerator(workload);
  if (!accelerator) return tl::unexpected<Error>(accelerator.error());
  EmulatedAccelerator& device = **accelerator;
  if (batch_size > device.plant().Info().largest) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{} runs at most {} images at once", device.Info().name,
                                 device.plant().Info().largest.value()));
  }
  return BatchTrace{.workload = workload,
                    .batch_size = batch_size,
                    .samples = TracePower(device, batch_size, length)};
}

}  // namespace batchsizer::sim
