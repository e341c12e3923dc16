// What emulating costs.
//
//   EmulatedBatch/<batch>   one EmulatedAccelerator::Execute of ResNet-v2-50 on the P40, fed
//                           as in the paper, its costs known, readings taken; target: at
//                           most 2 us
//   NewPlant                a plant of that network and its first batch: what a model's
//                           costs take to become known
#include <benchmark/benchmark.h>

#include <array>

#include "sim/device/known_devices.h"
#include "sim/experiment/testbed.h"

namespace batchsizer {
namespace {

constexpr sim::Workload kWorkload{"resnet-v2-50", "caltech256"};

const sim::Testbed& P40() {
  static const sim::Testbed kTestbed =
      sim::Testbed::Create(sim::LoadKnownDevice("p40").value(), sim::DrawInputSets(1), 1).value();
  return kTestbed;
}

void EmulatedBatch(benchmark::State& state) {
  const auto accelerator = P40().MakeAccelerator(kWorkload).value();
  const BatchSize batch(static_cast<int>(state.range(0)));
  std::array<PowerReading, 64> readings;
  const auto run = [&] {
    accelerator->Execute(batch);
    // Else they would pile up: the controller takes them after every batch.
    while (accelerator->Drain(readings) == readings.size()) {
    }
  };
  run();
  for (auto _ : state) run();
}
BENCHMARK(EmulatedBatch)->Arg(1)->Arg(32)->Arg(256);

void NewPlant(benchmark::State& state) {
  for (auto _ : state) {
    const auto plant = P40().MakePlant(kWorkload).value();
    benchmark::DoNotOptimize(plant->Batch(BatchSize(32), plant->Info().default_clock));
  }
}
BENCHMARK(NewPlant);

}  // namespace
}  // namespace batchsizer

BENCHMARK_MAIN();
