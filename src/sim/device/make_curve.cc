#include "sim/device/make_curve.h"

#include <fmt/format.h>

#include "sim/device/peak_power.h"

namespace batchsizer::sim {

Watts LeakageAtRest(const Thermal& thermal, std::span<const Phase> phases) {
  Joules energy;
  Duration time{0};
  for (const Phase& phase : phases) {
    energy += phase.power * phase.time;
    time += phase.time;
  }
  return thermal.LeakageAt(thermal.RestingTemperature(energy / time));
}

CurvePoint PointOf(Plant& plant, BatchSize batch, Megahertz clock, PeakKind peak) {
  const std::span<const Phase> phases = plant.Batch(batch, clock);
  Duration time{0};
  for (const Phase& phase : phases) time += phase.time;
  const Duration window = peak == PeakKind::kObserved ? plant.Info().sensor_window : Duration(0);
  return CurvePoint{
      .batch_size = batch,
      .clock = clock,
      .throughput = ImagesPerSecond(batch.value() / ToSeconds(time)),
      .power = PeakPower(phases, window) + LeakageAtRest(plant.Info().thermal, phases)};
}

Result<std::vector<CurvePoint>> MakeCurve(Plant& plant, std::span<const BatchSize> batch_sizes,
                                          PeakKind peak) {
  const PlantInfo& info = plant.Info();
  for (const BatchSize batch : batch_sizes) {
    if (batch < info.smallest || batch > info.largest) {
      return MakeError(
          ErrorCode::kInvalidInput,
          fmt::format("batch size {} is outside {}..{}, what {} can run", batch.value(),
                      info.smallest.value(), info.largest.value(), info.name));
    }
  }
  std::vector<CurvePoint> curve;
  curve.reserve(info.clocks.size() * batch_sizes.size());
  for (const Megahertz clock : info.clocks) {
    for (const BatchSize batch : batch_sizes) {
      curve.push_back(PointOf(plant, batch, clock, peak));
    }
  }
  return curve;
}

}  // namespace batchsizer::sim
