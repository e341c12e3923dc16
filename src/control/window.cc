#include "control/window.h"

#include <algorithm>

namespace batchsizer::control {

Window::Window(TimePoint start, const Setting& setting, Watts cap) {
  record_.start = start;
  record_.setting = setting;
  record_.cap = cap;
}

void Window::AddBatch(int images) {
  ++record_.batches;
  record_.images += images;
}

void Window::AddReading(const Reading& reading) {
  const Watts power = reading.power;
  ++record_.readings;
  record_.peak_power = std::max(record_.peak_power.value_or(power), power);
  sum_ += power;
  energy_of_readings_ += power * reading.stands_for;
  covered_ += reading.stands_for;
  record_.excess_energy += reading.excess;
  if (reading.reaches_back) return;
  ++own_readings_;
  own_peak_ = std::max(own_peak_.value_or(power), power);
  own_sum_ += power;
}

WindowRecord Window::Close(TimePoint end, Watts cap) const {
  WindowRecord closed = record_;
  closed.end = end;
  closed.cap = cap;
  const Duration length = end - record_.start;
  if (length > Duration(0)) {
    closed.throughput = ImagesPerSecond(static_cast<double>(record_.images) / ToSeconds(length));
  }
  if (record_.readings > 0) {
    closed.mean_power = covered_ > Duration(0) ? energy_of_readings_ / covered_
                                               : sum_ / static_cast<double>(record_.readings);
    // The readings' mean stands for the whole window, however it was sampled.
    closed.energy = *closed.mean_power * length;
  }
  return closed;
}

Observation Window::Observe(const WindowRecord& closed, Watts cap_now, BatchSize largest) const {
  Observation seen{.time = closed.end,
                   .window_length = closed.end - closed.start,
                   .batches = closed.batches,
                   .images = closed.images,
                   .cap = cap_now,
                   .window_cap = closed.cap,
                   .peak_power = std::nullopt,
                   .mean_power = std::nullopt,
                   .readings = 0,
                   .setting = closed.setting,
                   .throughput = closed.throughput,
                   .largest_batch_size = largest};
  // An idle device's power says nothing of the setting.
  if (own_readings_ == 0 || closed.batches == 0) return seen;
  seen.peak_power = own_peak_;
  seen.mean_power = own_sum_ / static_cast<double>(own_readings_);
  seen.readings = own_readings_;
  return seen;
}

}  // namespace batchsizer::control
