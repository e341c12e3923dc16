// Measures what batches cost: throughput and power of every batch size and clock.
//
// A point is measured by running batches of one size after another: some to warm up,
// then until so many batches, so much time and so many readings of the sensor have
// passed. The rows are the same all the time. What the input costs is not part of it,
// unless the engine emulates that.
//
// Thread safety: one thread at a time; stop may be set from anywhere.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "batchsizer/clock.h"
#include "batchsizer/clock_knob.h"
#include "batchsizer/controller.h"
#include "batchsizer/engine.h"
#include "batchsizer/policies.h"
#include "batchsizer/power_meter.h"

namespace batchsizer::runtime {

// Borrowed: must outlive the measurement.
struct ProfileParts {
  Engine* engine = nullptr;         // required
  PowerMeter* meter = nullptr;      // required
  const Clock* clock = nullptr;     // required: the accelerator's time base
  ClockKnob* clock_knob = nullptr;  // optional: where the clock can be set
  TruthSource* truth = nullptr;     // optional: emulation
  const void* rows = nullptr;       // of the largest batch; null for an engine without outputs
};

// When a point has been measured for long enough: all of them hold.
struct ProfileLimits {
  int batches = 10;
  Duration time{0};
  Duration warm_up{0};  // before that, and two batches at least
  int readings = 3;     // that show this setting alone
};

struct MeasuredPoint {
  BatchSize batch_size;
  std::optional<Megahertz> clock = {};  // none: it cannot be set
  ImagesPerSecond throughput = {};
  Watts peak = {};                      // highest good reading
  Watts mean = {};                      // over the whole time; without emulation, of the readings
  std::optional<Watts> true_peak = {};  // emulation only: what the device really drew
  int batches = 0;
  int readings = 0;
  Duration time{0};
};

enum class ProfileEnd {
  kDone,
  kStopped,      // stop was set
  kOutOfMemory,  // the engine has no memory for the next size
  kFailed,
};

struct ProfileOutcome {
  // Size by size, and clock by clock within a size; the last size may lack clocks.
  std::vector<MeasuredPoint> points;
  ProfileEnd end = ProfileEnd::kDone;
  std::optional<BatchSize> ended_at;  // the size in work when it did not end as kDone
  Error error;                        // of kOutOfMemory and kFailed
};

// What is about to be measured; done: points so far.
struct ProfileStep {
  BatchSize batch_size;
  std::optional<Megahertz> clock;
  std::size_t done = 0;
};
struct ProfileListener {
  std::function<void(const ProfileStep&)> begins;
  std::function<void(const MeasuredPoint&)> measured;
};

// sizes and clocks ascend; clocks is empty where the clock cannot be set. The clock is
// set back in the end. A sensor that is silent, or only says what cannot be believed,
// is kFailed.
[[nodiscard]] ProfileOutcome Profile(const ProfileParts& parts, std::span<const BatchSize> sizes,
                                     std::span<const Megahertz> clocks, const ProfileLimits& limits,
                                     const ProfileListener& listener,
                                     const std::atomic<bool>& stop);

}  // namespace batchsizer::runtime
