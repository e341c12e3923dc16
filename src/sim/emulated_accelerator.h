// An accelerator that exists as a plant and a virtual clock: running a batch
// moves the clock and produces what the device's power sensor would have shown.
//
// It is meter, clock knob and source of truth in one, for they share one device.
// Thread safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "batchsizer/clock.h"
#include "batchsizer/clock_knob.h"
#include "batchsizer/controller.h"
#include "batchsizer/power_meter.h"
#include "sim/image_costs.h"
#include "sim/noise.h"
#include "sim/plant.h"

namespace batchsizer::sim {

struct EmulationOptions {
  double noise = 0.0;  // each reading is power x (1 + noise x normal deviate)
  std::uint64_t seed = 1;
  // For a plant whose host prepares images one after the other: what each takes.
  // The plant's own preparation must be their mean. None: every image is a mean one.
  std::optional<ImageCosts> images = {};
};

class EmulatedAccelerator final : public PowerMeter, public ClockKnob, public TruthSource {
 public:
  EmulatedAccelerator(std::unique_ptr<Plant> plant, const EmulationOptions& options);

  // Runs a batch: the clock moves by its time. Sizes outside the plant's range
  // cost what the nearest one inside costs (the last, partial batch of a run).
  void Execute(BatchSize batch_size);

  [[nodiscard]] const VirtualClock& clock() const { return clock_; }
  [[nodiscard]] Plant& plant() { return *plant_; }
  // Of the board, in degrees Celsius; it starts where it rests when idle.
  [[nodiscard]] double temperature_c() const { return temperature_c_; }

  [[nodiscard]] const MeterInfo& Info() const override { return info_; }
  std::size_t Drain(std::span<PowerReading> out) override;
  // All that Drain would give, at once.
  [[nodiscard]] std::vector<PowerReading> TakeReadings();

  [[nodiscard]] std::span<const Megahertz> Supported() const override;
  [[nodiscard]] Megahertz Current() const override { return clock_mhz_; }
  Status Set(Megahertz clock) override;
  Status Restore() override;

  PowerTruth TakeTruth() override;

 private:
  // The first phase of a batch is the host's; leakage comes on top of all of them.
  void RunPhases(std::span<const Phase> phases, Duration longer_gap);
  void RunPhase(const Phase& phase);
  void SampleUpTo(TimePoint end, Watts power);
  void Push(TimePoint time, Watts power);
  [[nodiscard]] Joules EnergyAt(TimePoint time, Watts power) const;

  std::unique_ptr<Plant> plant_;
  VirtualClock clock_;
  MeterInfo info_;
  double noise_share_;
  Noise noise_;
  std::optional<ImageCosts> images_;
  double temperature_c_;
  Megahertz clock_mhz_;
  std::vector<PowerReading> readings_;
  std::size_t first_unread_ = 0;
  // The sensor integrates energy; a reading is the energy of its window over
  // the window's length.
  Joules energy_;
  Joules energy_at_window_start_;
  bool window_open_ = false;
  TimePoint next_reading_;
  Watts true_peak_;
  Joules truth_taken_;
};

}  // namespace batchsizer::sim
