// A board's temperature and what it adds to its power.
//
// One thermal mass: temperature moves towards ambient + resistance x power with
// one time constant; leakage is linear in it (exponential in truth; over the 30 K
// that a board moves here the difference is below a watt).
//
// Thread safety: plain values.
#pragma once

#include <cmath>

#include "batchsizer/units.h"

namespace batchsizer::sim {

// The default has no leakage: temperature changes nothing.
struct Thermal {
  double ambient_c = 0;
  double reference_c = 0;  // where leakage adds nothing
  double resistance_k_per_w = 0;
  double time_constant_s = 1;
  double leakage_w_per_k = 0;

  [[nodiscard]] Watts LeakageAt(double temperature_c) const {
    return Watts(leakage_w_per_k * (temperature_c - reference_c));
  }
  // At rest with that power, leakage not counted in it: T = ambient + R P and
  // P = P0 + k (T - reference) meet in one place.
  [[nodiscard]] double RestingTemperature(Watts without_leakage) const {
    const double gain = leakage_w_per_k * resistance_k_per_w;
    const double outside = without_leakage.value() - leakage_w_per_k * reference_c;
    return (ambient_c + resistance_k_per_w * outside) / (1 - gain);
  }
  // After so long with that power, leakage counted in it.
  [[nodiscard]] double After(double temperature_c, Watts power, Duration time) const {
    const double target = ambient_c + resistance_k_per_w * power.value();
    return target + (temperature_c - target) * std::exp(-ToSeconds(time) / time_constant_s);
  }
};

}  // namespace batchsizer::sim
