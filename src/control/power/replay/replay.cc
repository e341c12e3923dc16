#include "control/power/replay/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace batchsizer::power {
namespace {

class ReplayMeter final : public PowerMeter {
 public:
  // lap: how long one pass of the log takes; zero: it is played once.
  ReplayMeter(const Clock& clock, std::vector<LoggedPower> log, Duration lap, MeterInfo info)
      : clock_(clock),
        log_(std::move(log)),
        lap_(lap),
        info_(std::move(info)),
        start_(clock.Now()) {}

  [[nodiscard]] const MeterInfo& Info() const override { return info_; }

  std::size_t Drain(std::span<PowerReading> out) override {
    const TimePoint now = clock_.Now();
    std::size_t count = 0;
    while (count < out.size() && next_ < log_.size() && start_ + log_[next_].time <= now) {
      out[count++] = {start_ + log_[next_].time, log_[next_].power};
      Step();
    }
    return count;
  }

 private:
  void Step() {
    ++next_;
    if (next_ < log_.size() || lap_ == Duration::zero()) return;
    next_ = 0;
    start_ += lap_;
  }

  const Clock& clock_;
  const std::vector<LoggedPower> log_;
  const Duration lap_;
  const MeterInfo info_;
  TimePoint start_;  // of the pass being played
  std::size_t next_ = 0;
};

Duration MedianInterval(const std::vector<LoggedPower>& log) {
  if (log.size() < 2) return Duration::zero();
  std::vector<Duration> intervals;
  intervals.reserve(log.size() - 1);
  for (std::size_t i = 1; i < log.size(); ++i) {
    intervals.push_back(log[i].time - log[i - 1].time);
  }
  const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
  std::nth_element(intervals.begin(), middle, intervals.end());
  return *middle;
}

}  // namespace

Result<std::unique_ptr<PowerMeter>> MakeReplay(const Clock& clock, std::vector<LoggedPower> log,
                                               const std::string& name,
                                               const ReplayOptions& options) {
  if (log.empty()) {
    return MakeError(ErrorCode::kInvalidInput, fmt::format("{}: holds no readings", name));
  }
  const Duration period = MedianInterval(log);
  const Duration lap = options.loop ? log.back().time + period : Duration::zero();
  if (options.loop && lap == Duration::zero()) {
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("{}: cannot loop, all rows are at time 0; a later row is needed", name));
  }
  MeterInfo info;
  info.name = "replay:" + name;
  info.source = PowerSource::kReplayed;
  info.period = period;
  return std::make_unique<ReplayMeter>(clock, std::move(log), lap, std::move(info));
}

Result<std::unique_ptr<PowerMeter>> OpenReplay(const Clock& clock, const std::string& path,
                                               const ReplayOptions& options) {
  auto log = ReadPowerLog(path);
  if (!log) return tl::unexpected<Error>(log.error());
  return MakeReplay(clock, std::move(*log), path, options);
}

}  // namespace batchsizer::power
