#include "runtime/profiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "control/sensor_guard.h"

namespace batchsizer::runtime {
namespace {

constexpr int kWarmUpBatches = 2;

// The readings of one point, as far as they can be believed.
class Readings {
 public:
  Readings(PowerMeter& meter, TimePoint start)
      : meter_(meter),
        averaging_(meter.Info().averaging),
        start_(start),
        guard_(meter.Info(), start) {}

  // Those that were taken since the last call.
  void Take() {
    std::array<PowerReading, 256> readings;
    std::size_t count = 0;
    std::size_t taken = 0;
    do {
      count = meter_.Drain(readings);
      taken += count;
      for (std::size_t i = 0; i < count; ++i) Add(readings[i]);
    } while (count == readings.size());
    if (taken == 0) guard_.BatchWithoutReading();
  }

  [[nodiscard]] std::optional<Reason> TroubleAt(TimePoint now) { return guard_.TroubleAt(now); }
  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] Watts peak() const { return peak_; }
  [[nodiscard]] Watts mean() const { return count_ > 0 ? sum_ / count_ : Watts(0); }

 private:
  void Add(const PowerReading& reading) {
    // Taken of a time before the point began, it shows the setting before.
    if (!guard_.Take(reading) || reading.time - averaging_ < start_) return;
    peak_ = std::max(peak_, reading.power);
    sum_ += reading.power;
    ++count_;
  }

  PowerMeter& meter_;
  Duration averaging_;
  TimePoint start_;
  control::SensorGuard guard_;
  Watts peak_;
  Watts sum_;
  int count_ = 0;
};

// Readings that nobody needs: of warming up, or of what was before.
void Discard(PowerMeter& meter) {
  std::array<PowerReading, 256> readings;
  while (meter.Drain(readings) == readings.size()) {
  }
}

std::string TroubleText(const MeterInfo& meter, Reason reason) {
  return fmt::format("the meter {} cannot be believed: {}", meter.name, ToString(reason));
}

class Profiler {
 public:
  Profiler(const ProfileParts& parts, const ProfileLimits& limits, const std::atomic<bool>& stop)
      : parts_(parts), limits_(limits), stop_(stop) {}

  Status Prepare(BatchSize size) {
    size_ = size;
    return parts_.engine->Prepare(size);
  }

  // Nothing when it was stopped before the point was measured.
  Result<std::optional<MeasuredPoint>> Measure(std::optional<Megahertz> clock) {
    if (clock) {
      if (auto ok = parts_.clock_knob->Set(*clock); !ok) return tl::unexpected(ok.error());
    }
    if (auto ok = WarmUp(); !ok) return tl::unexpected(ok.error());
    return MeasureNow(clock);
  }

 private:
  Status RunBatch() {
    auto output = parts_.engine->Run({parts_.rows, size_});
    if (!output) return tl::unexpected(output.error());
    return {};
  }

  Status WarmUp() {
    const TimePoint start = parts_.clock->Now();
    for (int batch = 0; !stop_.load(); ++batch) {
      const Duration run = parts_.clock->Now() - start;
      if (batch >= kWarmUpBatches && run >= limits_.warm_up) break;
      if (auto ok = RunBatch(); !ok) return ok;
      Discard(*parts_.meter);
    }
    return {};
  }

  Result<std::optional<MeasuredPoint>> MeasureNow(std::optional<Megahertz> clock) {
    Discard(*parts_.meter);
    if (parts_.truth != nullptr) (void)parts_.truth->TakeTruth();
    const TimePoint start = parts_.clock->Now();
    Readings readings(*parts_.meter, start);
    MeasuredPoint point{.batch_size = size_, .clock = clock};
    while (!IsEnough(point, readings)) {
      if (stop_.load()) return std::nullopt;
      if (auto ok = RunBatch(); !ok) return tl::unexpected(ok.error());
      ++point.batches;
      const TimePoint now = parts_.clock->Now();
      point.time = now - start;
      readings.Take();
      if (const auto trouble = readings.TroubleAt(now)) {
        return MakeError(ErrorCode::kUnavailable, TroubleText(parts_.meter->Info(), *trouble));
      }
    }
    FillIn(point, readings);
    return point;
  }

  [[nodiscard]] bool IsEnough(const MeasuredPoint& point, const Readings& readings) const {
    return point.batches >= limits_.batches && point.time >= limits_.time &&
           readings.count() >= limits_.readings;
  }

  void FillIn(MeasuredPoint& point, const Readings& readings) const {
    const double images = static_cast<double>(point.batches) * size_.value();
    point.throughput = ImagesPerSecond(images / ToSeconds(point.time));
    point.peak = readings.peak();
    point.mean = readings.mean();
    point.readings = readings.count();
    if (parts_.truth == nullptr) return;
    const PowerTruth truth = parts_.truth->TakeTruth();
    point.true_peak = truth.peak;
    point.mean = truth.energy / point.time;
  }

  ProfileParts parts_;
  ProfileLimits limits_;
  const std::atomic<bool>& stop_;
  BatchSize size_;
};

// Goes through sizes and clocks, until something ends it.
class Grid {
 public:
  Grid(Profiler& profiler, std::span<const Megahertz> clocks, const ProfileListener& listener)
      : profiler_(profiler), clocks_(clocks.begin(), clocks.end()), listener_(listener) {
    if (clocks_.empty()) clocks_.emplace_back();
  }

  // Whether the size was measured at every clock.
  bool Measure(BatchSize size) {
    outcome_.ended_at = size;
    if (auto ok = profiler_.Prepare(size); !ok) return EndWith(ok.error());
    for (const auto& clock : clocks_) {
      listener_.begins({size, clock, outcome_.points.size()});
      const auto point = profiler_.Measure(clock);
      if (!point) return EndWith(point.error());
      if (!*point) {
        outcome_.end = ProfileEnd::kStopped;
        return false;
      }
      outcome_.points.push_back(**point);
      listener_.measured(**point);
    }
    outcome_.ended_at.reset();
    return true;
  }

  [[nodiscard]] ProfileOutcome Take() { return std::move(outcome_); }

 private:
  bool EndWith(const Error& error) {
    const bool memory = error.code == ErrorCode::kOutOfMemory;
    outcome_.end = memory ? ProfileEnd::kOutOfMemory : ProfileEnd::kFailed;
    outcome_.error = error;
    return false;
  }

  Profiler& profiler_;
  std::vector<std::optional<Megahertz>> clocks_;
  const ProfileListener& listener_;
  ProfileOutcome outcome_;
};

}  // namespace

ProfileOutcome Profile(const ProfileParts& parts, std::span<const BatchSize> sizes,
                       std::span<const Megahertz> clocks, const ProfileLimits& limits,
                       const ProfileListener& listener, const std::atomic<bool>& stop) {
  BATCHSIZER_CHECK(parts.engine != nullptr && parts.meter != nullptr && parts.clock != nullptr &&
                   (clocks.empty() || parts.clock_knob != nullptr));
  Profiler profiler(parts, limits, stop);
  Grid grid(profiler, clocks, listener);
  for (const BatchSize size : sizes) {
    if (!grid.Measure(size)) break;
  }
  if (parts.clock_knob != nullptr) (void)parts.clock_knob->Restore();
  return grid.Take();
}

}  // namespace batchsizer::runtime
