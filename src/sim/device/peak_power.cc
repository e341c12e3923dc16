#include "sim/device/peak_power.h"

#include <algorithm>

#include "base/check.h"

namespace batchsizer::sim {
namespace {

Duration TotalTime(std::span<const Phase> phases) {
  Duration total{0};
  for (const Phase& phase : phases) total += phase.time;
  return total;
}

// Energy from the first phase's start to the given time, within the first two rounds.
Joules EnergyUntil(std::span<const Phase> phases, Duration time) {
  Joules energy;
  for (int round = 0; round < 2; ++round) {
    for (const Phase& phase : phases) {
      const Duration part = std::clamp(time, Duration(0), phase.time);
      energy += phase.power * part;
      time -= part;
    }
  }
  return energy;
}

Joules EnergyBetween(std::span<const Phase> phases, Duration from, Duration to) {
  return EnergyUntil(phases, to) - EnergyUntil(phases, from);
}

}  // namespace

Watts PeakPower(std::span<const Phase> phases, Duration window) {
  const Duration total = TotalTime(phases);
  BATCHSIZER_CHECK(total.count() > 0 && window.count() >= 0);
  if (window.count() == 0) {
    const auto by_power = [](const Phase& a, const Phase& b) { return a.power < b.power; };
    return std::max_element(phases.begin(), phases.end(), by_power)->power;
  }
  // Power is constant within a phase, so the mean over a sliding stretch is
  // highest where one of its ends meets a phase's border. Whole rounds in the
  // window are the same wherever it starts; only the remainder slides.
  const Duration rest = window % total;
  Joules most;
  Duration border{0};
  for (const Phase& phase : phases) {
    most = std::max({most, EnergyBetween(phases, border, border + rest),
                     EnergyBetween(phases, border + total - rest, border + total)});
    border += phase.time;
  }
  const auto rounds = static_cast<double>(window / total);
  return (rounds * EnergyBetween(phases, Duration(0), total) + most) / window;
}

}  // namespace batchsizer::sim
