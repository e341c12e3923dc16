#include "sim/device/power_trace.h"

#include <algorithm>

#include "sim/device/make_curve.h"
#include "sim/device/peak_power.h"

namespace batchsizer::sim {
namespace {

// Integrals over the phases, which are repeated without end.
class Repeated {
 public:
  explicit Repeated(std::span<const Phase> phases) : phases_(phases) {
    for (const Phase& phase : phases) batch_ += phase.time;
    whole_ = Within(batch_);
  }

  struct Sums {
    double power = 0;  // watts x nanoseconds
    double utilisation = 0;
  };

  [[nodiscard]] Duration batch() const { return batch_; }
  [[nodiscard]] Sums whole() const { return whole_; }
  [[nodiscard]] Sums Until(Duration time) const {
    const auto rounds = static_cast<double>(time / batch_);
    const Sums rest = Within(time % batch_);
    return {rounds * whole_.power + rest.power, rounds * whole_.utilisation + rest.utilisation};
  }
  // The phase in which a time lies.
  [[nodiscard]] const Phase& At(Duration time) const {
    Duration rest = time % batch_;
    for (const Phase& phase : phases_) {
      if (rest < phase.time) return phase;
      rest -= phase.time;
    }
    return phases_.back();
  }

 private:
  [[nodiscard]] Sums Within(Duration time) const {
    Sums sums;
    for (const Phase& phase : phases_) {
      const auto part = static_cast<double>(std::clamp(time, Duration(0), phase.time).count());
      sums.power += phase.power.value() * part;
      sums.utilisation += phase.utilisation * part;
      time -= phase.time;
    }
    return sums;
  }

  std::span<const Phase> phases_;
  Duration batch_{0};
  Sums whole_;
};

PowerSample SampleAt(const Repeated& phases, Duration time, Duration window) {
  if (window == Duration(0)) {
    const Phase& phase = phases.At(time);
    return {time, phase.power, phase.utilisation};
  }
  const auto until = phases.Until(time);
  const auto from = phases.Until(time - window);
  const auto length = static_cast<double>(window.count());
  return {time, Watts((until.power - from.power) / length),
          (until.utilisation - from.utilisation) / length};
}

// The same phases with utilisation in the place of power.
std::vector<Phase> UtilisationPhases(std::span<const Phase> phases) {
  std::vector<Phase> result(phases.begin(), phases.end());
  for (Phase& phase : result) phase.power = Watts(phase.utilisation);
  return result;
}

std::vector<PowerSample> SampleBatches(std::span<const Phase> phases, Duration length) {
  const Repeated repeated(phases);
  const Watts highest = PeakPower(phases, Duration(0));
  const double mean = repeated.whole().utilisation / static_cast<double>(repeated.batch().count());
  std::vector<PowerSample> samples;
  for (Duration time = repeated.batch(); time <= length; time += repeated.batch()) {
    samples.push_back({time, highest, mean});
  }
  return samples;
}

std::vector<PowerSample> SamplePeriods(std::span<const Phase> phases, Duration period,
                                       Duration window, Duration length) {
  const Repeated repeated(phases);
  std::vector<PowerSample> samples;
  for (Duration time = period; time <= length; time += period) {
    samples.push_back(SampleAt(repeated, time, window));
  }
  return samples;
}

}  // namespace

std::vector<PowerSample> TracePower(Plant& plant, BatchSize batch, Megahertz clock,
                                    Duration length) {
  const Duration period = plant.Info().sensor_period;
  const auto phases = plant.Batch(batch, clock);
  std::vector<PowerSample> samples =
      period == Duration(0) ? SampleBatches(phases, length)
                            : SamplePeriods(phases, period, plant.Info().sensor_window, length);
  const Watts leakage = LeakageAtRest(plant.Info().thermal, phases);
  for (PowerSample& sample : samples) sample.power += leakage;
  return samples;
}

Utilisation UtilisationOf(Plant& plant, BatchSize batch, Megahertz clock) {
  const auto phases = UtilisationPhases(plant.Batch(batch, clock));
  Duration total{0};
  for (const Phase& phase : phases) total += phase.time;
  return {PeakPower(phases, total).value(), PeakPower(phases, plant.Info().sensor_window).value()};
}

}  // namespace batchsizer::sim
