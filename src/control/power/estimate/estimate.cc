#include "control/power/estimate/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <thread>
#include <utility>

#include "base/check.h"

namespace batchsizer::power {
namespace {

class EstimateMeter final : public PowerMeter {
 public:
  EstimateMeter(const Clock& clock, EstimateOptions options, MeterInfo info)
      : clock_(clock),
        options_(std::move(options)),
        info_(std::move(info)),
        polled_(clock.Now()),
        cpu_time_(options_.cpu_time()) {}

  [[nodiscard]] const MeterInfo& Info() const override { return info_; }

  std::size_t Drain(std::span<PowerReading> out) override {
    const TimePoint now = clock_.Now();
    const Duration elapsed = now - polled_;
    if (out.empty() || elapsed < info_.period) return 0;
    const Duration cpu_time = options_.cpu_time();
    const Duration used = cpu_time - std::exchange(cpu_time_, cpu_time);
    polled_ = now;
    const double busy =
        std::clamp(ToSeconds(used) / (ToSeconds(elapsed) * options_.cores), 0.0, 1.0);
    out.front() = {now, options_.idle + (options_.max - options_.idle) * busy};
    return 1;
  }

 private:
  const Clock& clock_;
  const EstimateOptions options_;
  const MeterInfo info_;
  TimePoint polled_;
  Duration cpu_time_;
};

Status Validate(const EstimateOptions& options) {
  const double idle_w = options.idle.value();
  const double max_w = options.max.value();
  if (!std::isfinite(max_w) || !(idle_w >= 0) || !(idle_w < max_w)) {
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("estimate: idle {} W and max {} W; 0 <= idle < max is needed", idle_w, max_w));
  }
  if (options.cores < 0) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("estimate: {} cores; 0 (all) or more is needed", options.cores));
  }
  return {};
}

}  // namespace

Duration ProcessCpuTime() {
  timespec used{};
  BATCHSIZER_CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

Result<std::unique_ptr<PowerMeter>> OpenEstimate(const Clock& clock, EstimateOptions options) {
  BATCHSIZER_CHECK(options.period > Duration::zero());
  if (const Status status = Validate(options); !status) {
    return tl::unexpected<Error>(status.error());
  }
  if (options.cores == 0) {
    options.cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  }
  MeterInfo info;
  info.name = "estimate:cpu";
  info.source = PowerSource::kEstimated;
  info.period = options.period;
  info.averaging = options.period;  // the mean since the reading before
  info.max_power = options.max;
  // A process that keeps all cores busy gives max again and again: no stuck sensor.
  info.repeats_exactly = true;
  return std::make_unique<EstimateMeter>(clock, std::move(options), std::move(info));
}

}  // namespace batchsizer::power
