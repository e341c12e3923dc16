#include "sim/power_trace.h"

#include <algorithm>
#include <span>
#include <utility>

namespace batchsizer::sim {
namespace {

// Utilisation over time, added up: busy_s_[i] until times_[i].
class Integral {
 public:
  // A batch that took so long in all: its images make the gap at its beginning longer or
  // shorter than the mean's.
  void AddBatch(std::span<const Phase> phases, Duration took) {
    Duration longer = took;
    for (const Phase& phase : phases) longer -= phase.time;
    for (const Phase& phase : phases) {
      const Duration time = phase.time + std::exchange(longer, Duration(0));
      times_.push_back(times_.back() + time);
      busy_s_.push_back(busy_s_.back() + phase.utilisation * ToSeconds(time));
    }
  }

  // REQUIRES: from <= to, both within what was added.
  [[nodiscard]] double Mean(Duration from, Duration to) const {
    return from == to ? 0 : (At(to) - At(from)) / ToSeconds(to - from);
  }

 private:
  [[nodiscard]] double At(Duration time) const {
    const auto after = std::upper_bound(times_.begin() + 1, times_.end() - 1, time);
    const auto i = static_cast<std::size_t>(after - times_.begin());
    const Duration length = times_[i] - times_[i - 1];
    const double share =
        length > Duration(0) ? ToSeconds(time - times_[i - 1]) / ToSeconds(length) : 0;
    return busy_s_[i - 1] + share * (busy_s_[i] - busy_s_[i - 1]);
  }

  std::vector<Duration> times_{Duration(0)};
  std::vector<double> busy_s_{0};
};

}  // namespace

std::vector<PowerSample> TracePower(EmulatedAccelerator& accelerator, BatchSize batch,
                                    Duration length) {
  const Duration window = accelerator.plant().Info().utilisation_window;
  const TimePoint start = accelerator.clock().Now();
  (void)accelerator.TakeReadings();
  Integral utilisation;
  while (accelerator.clock().Now() - start < length) {
    const TimePoint begin = accelerator.clock().Now();
    accelerator.Execute(batch);
    utilisation.AddBatch(accelerator.plant().Batch(batch, accelerator.Current()),
                         accelerator.clock().Now() - begin);
  }
  std::vector<PowerSample> samples;
  Duration before{0};
  for (const PowerReading& reading : accelerator.TakeReadings()) {
    const Duration time = reading.time - start;
    if (time > length) break;
    // Part of what it is the mean of was before.
    if (time < accelerator.plant().Info().sensor_window) continue;
    const Duration from = window > Duration(0) ? std::max(Duration(0), time - window) : before;
    samples.push_back({time, reading.power, utilisation.Mean(from, time)});
    before = time;
  }
  return samples;
}

}  // namespace batchsizer::sim
