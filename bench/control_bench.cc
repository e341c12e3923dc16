// What control costs.
//
//   Decision/<policy>/<sizes>   one Policy::Step; target: at most 1 us, no allocation
//   ControllerBatch             one Controller::BatchDone with a reading, a decision
//                               every 10; target: at most 2 us
//   Simulate                    batches a second through the real run loop, controller
//                               and a curve; target: at least 1 million
//
// `allocations` counts calls of operator new inside the timed loop.
#include <benchmark/benchmark.h>

#include <memory>

#include "base/testing/allocation_count.h"
#include "batchsizer/controller.h"
#include "sim/noise.h"
#include "sim/simulate.h"

namespace batchsizer {
namespace {

std::vector<BatchSize> Sizes(std::int64_t count) {
  std::vector<BatchSize> sizes;
  sizes.reserve(static_cast<std::size_t>(count));
  for (int i = 1; i <= count; ++i) sizes.emplace_back(i);
  return sizes;
}

std::vector<Megahertz> Clocks() {
  std::vector<Megahertz> clocks;
  clocks.reserve(10);
  for (int i = 0; i < 10; ++i) clocks.emplace_back(544 + 100 * i);
  return clocks;
}

// Readings that keep a policy busy: power follows the setting, with noise, and
// the cap moves now and then.
class Plant {
 public:
  Observation Next(const Setting& setting) {
    Observation seen;
    ++step_;
    seen.time = TimePoint(std::chrono::milliseconds(100 * step_));
    seen.window_length = std::chrono::milliseconds(100);
    seen.batches = 10;
    seen.images = std::int64_t{10} * setting.batch_size.value();
    seen.cap = seen.window_cap = Watts(step_ % 64 < 32 ? 150 : 110);
    const double share = setting.clock ? setting.clock->value() / 1444 : 1.0;
    const double load = 1.0 - 1.0 / (1.0 + 0.05 * setting.batch_size.value());
    seen.peak_power = Watts((60 + 120 * load * share) * (1 + 0.03 * noise_.Gauss()));
    seen.mean_power = seen.peak_power;
    seen.readings = 10;
    seen.setting = setting;
    seen.throughput = ImagesPerSecond(1000 * load * share);
    return seen;
  }

 private:
  std::int64_t step_ = 0;
  sim::Noise noise_{1};
};

void Decision(benchmark::State& state, const char* name) {
  PolicyOptions options;
  options.name = name;
  options.batch_sizes = Sizes(state.range(0));
  options.clocks = Clocks();
  options.known_curve = {{BatchSize(1), Megahertz(544), ImagesPerSecond(1), Watts(60)},
                         {BatchSize(2), Megahertz(544), ImagesPerSecond(2), Watts(70)}};
  const auto policy = MakePolicy(options).value();
  Plant plant;
  std::vector<Observation> seen;
  Setting setting = policy->Start(Watts(150));
  // What was seen is made beforehand by the same policy: only Step is timed.
  {
    const auto twin = MakePolicy(options).value();
    for (int i = 0; i < 4096; ++i) {
      seen.push_back(plant.Next(setting));
      setting = twin->Step(seen.back()).setting;
    }
  }
  std::size_t at = 0;
  const long before = base::AllocationCount();
  for (auto _ : state) {
    benchmark::DoNotOptimize(policy->Step(seen[at]));
    at = at + 1 == seen.size() ? 0 : at + 1;
  }
  state.counters["allocations"] = static_cast<double>(base::AllocationCount() - before);
}

// One reading a batch, always a little below the cap or a little above.
class BenchMeter final : public PowerMeter {
 public:
  explicit BenchMeter(const Clock& clock) : clock_(clock) { info_.name = "bench"; }
  [[nodiscard]] const MeterInfo& Info() const override { return info_; }
  std::size_t Drain(std::span<PowerReading> out) override {
    out[0] = {clock_.Now(), Watts(120 + 3 * noise_.Gauss())};
    return 1;
  }

 private:
  const Clock& clock_;
  MeterInfo info_;
  sim::Noise noise_{1};
};

void ControllerBatch(benchmark::State& state) {
  const SteadyClock clock;
  BenchMeter meter(clock);
  const AdjustableCap cap(Watts(125));
  const auto controller =
      Controller::Create({}, {.meter = &meter, .cap = &cap, .clock = &clock}).value();
  const long before = base::AllocationCount();
  for (auto _ : state) controller->BatchDone(controller->batch_size().value());
  state.counters["allocations"] = static_cast<double>(base::AllocationCount() - before);
}

sim::Curve BenchCurve() {
  std::vector<CurvePoint> points;
  for (const Megahertz clock : Clocks()) {
    for (int size = 1; size <= 256; size *= 2) {
      const double share = clock.value() / 1444;
      const double load = 1.0 - 1.0 / (1.0 + 0.05 * size);
      points.push_back({BatchSize(size), clock, ImagesPerSecond(1000 * load * share),
                        Watts(60 + 120 * load * share)});
    }
  }
  return sim::Curve::FromGrid(std::move(points));
}

void CountBatches(benchmark::State& state, double noise) {
  const sim::Curve curve = BenchCurve();
  sim::SimulateOptions options;
  options.controller.policy.name = "batchsizer";
  options.cap = {{Duration(0), Watts(130)}};
  options.duration = std::chrono::seconds(3600);
  options.noise = noise;
  double batches = 0;
  for (auto _ : state) {
    const auto summary = sim::Simulate(curve, options, nullptr).value();
    batches += static_cast<double>(summary.images) / summary.mean_batch_size;
  }
  state.counters["batches_per_s"] = benchmark::Counter(batches, benchmark::Counter::kIsRate);
}

void Simulate(benchmark::State& state) { CountBatches(state, 0.0); }
void SimulateWithNoise(benchmark::State& state) { CountBatches(state, 0.03); }

BENCHMARK_CAPTURE(Decision, paper, "paper")->Arg(9)->Arg(1024);
BENCHMARK_CAPTURE(Decision, batchsizer, "batchsizer")->Arg(9)->Arg(1024);
BENCHMARK_CAPTURE(Decision, dvfs, "dvfs")->Arg(9);
BENCHMARK_CAPTURE(Decision, pit, "pit")->Arg(9);
BENCHMARK_CAPTURE(Decision, power_limit, "power-limit")->Arg(9);
BENCHMARK_CAPTURE(Decision, oracle, "oracle")->Arg(9);
BENCHMARK_CAPTURE(Decision, fixed, "fixed")->Arg(9);
BENCHMARK(ControllerBatch);
BENCHMARK(Simulate)->Unit(benchmark::kMillisecond);
BENCHMARK(SimulateWithNoise)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace batchsizer

BENCHMARK_MAIN();
