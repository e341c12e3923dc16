#include "sim/experiment/fixed_batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

namespace batchsizer::sim {
namespace {

constexpr int kLargest = 1024;
constexpr Duration kUtilisationStep = std::chrono::milliseconds(20);

void TakeReadings(EmulatedAccelerator& accelerator, std::vector<PowerReading>& readings) {
  std::array<PowerReading, 256> some;
  while (const std::size_t count = accelerator.Drain(some)) {
    readings.insert(readings.end(), some.begin(),
                    some.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

Result<FixedRun> RunFixed(const Testbed& testbed, const Workload& workload, BatchSize size,
                          std::int64_t images) {
  auto accelerator = testbed.MakeAccelerator(workload);
  if (!accelerator) return tl::unexpected<Error>(accelerator.error());
  EmulatedAccelerator& device = **accelerator;
  const TimePoint start = device.clock().Now();
  FixedRun run{.batch_size = size, .throughput = {}, .peak_power = {}, .mean_power = {}};
  std::vector<PowerReading> readings;
  for (std::int64_t left = images; left > 0; left -= size.value()) {
    device.Execute(BatchSize(static_cast<int>(std::min<std::int64_t>(left, size.value()))));
    TakeReadings(device, readings);
    for (const PowerReading& reading : readings) {
      run.peak_power = std::max(run.peak_power, reading.power);
    }
    readings.clear();
  }
  const Duration time = device.clock().Now() - start;
  run.throughput = ImagesPerSecond(static_cast<double>(images) / ToSeconds(time));
  run.mean_power = device.TakeTruth().energy / time;
  return run;
}

// Utilisation over time, added up: busy[i] until time_s[i].
struct Integral {
  std::vector<double> time_s{0};
  std::vector<double> busy{0};

  void Add(const Phase& phase) {
    time_s.push_back(time_s.back() + ToSeconds(phase.time));
    busy.push_back(busy.back() + phase.utilisation * ToSeconds(phase.time));
  }
  // REQUIRES: 0 <= time <= time_s.back().
  [[nodiscard]] double At(double time) const {
    const auto after = std::upper_bound(time_s.begin() + 1, time_s.end() - 1, time);
    const auto i = static_cast<std::size_t>(after - time_s.begin());
    const double length = time_s[i] - time_s[i - 1];
    const double share = length > 0 ? (time - time_s[i - 1]) / length : 0;
    return busy[i - 1] + share * (busy[i] - busy[i - 1]);
  }
};

// A batch that took so long in all: its images make the gap at its beginning longer or
// shorter than the mean's.
void AddBatch(Integral& integral, std::span<const Phase> phases, Duration took) {
  Duration mean{0};
  for (const Phase& phase : phases) mean += phase.time;
  Duration longer = took - mean;
  for (Phase phase : phases) {
    phase.time += std::exchange(longer, Duration(0));
    integral.Add(phase);
  }
}

std::vector<UtilisationSample> SamplesOf(const Integral& integral, Duration length,
                                         Duration window) {
  const double window_s = ToSeconds(window);
  std::vector<UtilisationSample> samples;
  for (Duration time = window; time <= length; time += kUtilisationStep) {
    const double at = ToSeconds(time);
    samples.push_back({at, (integral.At(at) - integral.At(at - window_s)) / window_s});
  }
  return samples;
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
  BatchTrace trace{
      .workload = workload, .batch_size = batch_size, .readings = {}, .utilisation = {}};
  const TimePoint start = device.clock().Now();
  Integral utilisation;
  while (device.clock().Now() - start < length) {
    const TimePoint begin = device.clock().Now();
    device.Execute(batch_size);
    AddBatch(utilisation, device.plant().Batch(batch_size, device.Current()),
             device.clock().Now() - begin);
  }
  TakeReadings(device, trace.readings);
  std::erase_if(trace.readings, [&](const PowerReading& r) { return r.time - start > length; });
  trace.utilisation = SamplesOf(utilisation, length,
                                FromSeconds(testbed.device().sensor.utilisation_window_ms * 1e-3));
  return trace;
}

}  // namespace batchsizer::sim
