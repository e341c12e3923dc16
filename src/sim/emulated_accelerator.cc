#include "sim/emulated_accelerator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace batchsizer::sim {

EmulatedAccelerator::EmulatedAccelerator(std::unique_ptr<Plant> plant,
                                         const EmulationOptions& options)
    : plant_(std::move(plant)),
      noise_share_(options.noise),
      noise_(options.seed),
      images_(options.images),
      temperature_c_(plant_->Info().thermal.RestingTemperature(plant_->Info().idle_power)),
      clock_mhz_(plant_->Info().default_clock),
      next_reading_(clock_.Now() + plant_->Info().sensor_period) {
  const PlantInfo& plant_info = plant_->Info();
  BATCHSIZER_CHECK(plant_info.sensor_window <= plant_info.sensor_period);
  info_.name = plant_info.name;
  info_.source = PowerSource::kEmulated;
  info_.period = plant_info.sensor_period;
  info_.averaging = plant_info.sensor_window;
  info_.max_power = plant_info.max_power;
  info_.repeats_exactly = options.noise == 0.0;
}

void EmulatedAccelerator::Execute(BatchSize batch_size) {
  const PlantInfo& info = plant_->Info();
  const BatchSize size = std::clamp(batch_size, info.smallest, info.largest);
  const Duration longer_gap = images_ ? images_->TakeDeviation(size.value()) : Duration(0);
  RunPhases(plant_->Batch(size, clock_mhz_), longer_gap);
}

void EmulatedAccelerator::RunPhases(std::span<const Phase> phases, Duration longer_gap) {
  const PlantInfo& info = plant_->Info();
  const Watts leakage = info.thermal.LeakageAt(temperature_c_);
  const TimePoint start = clock_.Now();
  const Joules energy_before = energy_;
  Watts highest;
  for (Phase phase : phases) {
    phase.power += leakage;
    phase.time = std::max(Duration(0), phase.time + std::exchange(longer_gap, Duration(0)));
    RunPhase(phase);
    highest = std::max(highest, phase.power);
  }
  true_peak_ = std::max(true_peak_, highest);
  const Duration time = clock_.Now() - start;
  if (time > Duration(0)) {
    const Watts mean = (energy_ - energy_before) / time;
    temperature_c_ = info.thermal.After(temperature_c_, mean, time);
  }
  if (info.sensor_period == Duration(0)) Push(clock_.Now(), highest);
}

void EmulatedAccelerator::RunPhase(const Phase& phase) {
  const TimePoint end = clock_.Now() + phase.time;
  if (plant_->Info().sensor_period > Duration(0)) SampleUpTo(end, phase.power);
  energy_ += phase.power * phase.time;
  clock_.Advance(phase.time);
}

// Walks the sensor's window starts and ends that fall into a phase of constant
// power from now to end.
void EmulatedAccelerator::SampleUpTo(TimePoint end, Watts power) {
  const Duration period = plant_->Info().sensor_period;
  const Duration window = plant_->Info().sensor_window;
  while (true) {
    if (!window_open_ && window > Duration(0)) {
      const TimePoint opens = next_reading_ - window;
      if (opens > end) return;
      energy_at_window_start_ = EnergyAt(std::max(opens, clock_.Now()), power);
      window_open_ = true;
    }
    if (next_reading_ > end) return;
    const bool averages = window > Duration(0);
    Push(next_reading_,
         averages ? (EnergyAt(next_reading_, power) - energy_at_window_start_) / window : power);
    window_open_ = false;
    next_reading_ += period;
  }
}

Joules EmulatedAccelerator::EnergyAt(TimePoint time, Watts power) const {
  return energy_ + power * (time - clock_.Now());
}

void EmulatedAccelerator::Push(TimePoint time, Watts power) {
  const double factor = noise_share_ == 0.0 ? 1.0 : 1.0 + noise_share_ * noise_.Gauss();
  readings_.push_back({time, factor * power});
}

std::size_t EmulatedAccelerator::Drain(std::span<PowerReading> out) {
  const std::size_t count = std::min(out.size(), readings_.size() - first_unread_);
  std::copy_n(readings_.begin() + static_cast<std::ptrdiff_t>(first_unread_), count, out.begin());
  first_unread_ += count;
  if (first_unread_ == readings_.size()) {
    readings_.clear();
    first_unread_ = 0;
  }
  return count;
}

std::vector<PowerReading> EmulatedAccelerator::TakeReadings() {
  readings_.erase(readings_.begin(),
                  readings_.begin() + static_cast<std::ptrdiff_t>(first_unread_));
  first_unread_ = 0;
  return std::exchange(readings_, {});
}

std::span<const Megahertz> EmulatedAccelerator::Supported() const { return plant_->Info().clocks; }

Status EmulatedAccelerator::Set(Megahertz clock) {
  const auto clocks = Supported();
  if (std::find(clocks.begin(), clocks.end(), clock) == clocks.end()) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: {} MHz is not one of its clocks", info_.name, clock.value()));
  }
  clock_mhz_ = clock;
  return {};
}

Status EmulatedAccelerator::Restore() {
  clock_mhz_ = plant_->Info().default_clock;
  return {};
}

PowerTruth EmulatedAccelerator::TakeTruth() {
  const PowerTruth truth{true_peak_, energy_ - truth_taken_};
  true_peak_ = Watts(0);
  truth_taken_ = energy_;
  return truth;
}

}  // namespace batchsizer::sim
