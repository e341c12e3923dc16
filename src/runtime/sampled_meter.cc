#include "runtime/sampled_meter.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>

#include "base/check.h"
#include "batchsizer/meters.h"

namespace batchsizer::runtime {
namespace {

constexpr std::size_t kWaiting = 4096;

// Asked a little more often than the sensor renews, so that no reading is missed.
Duration PollEvery(Duration period) {
  return std::max(Duration(std::chrono::milliseconds(1)), period / 2);
}

}  // namespace

SampledMeter::SampledMeter(std::unique_ptr<PowerMeter> meter)
    : meter_(std::move(meter)), info_(meter_->Info()), ring_(kWaiting) {
  BATCHSIZER_CHECK(info_.period > Duration(0));
  thread_ = std::jthread([this](const std::stop_token& stop) { Sample(stop); });
}

void SampledMeter::Sample(const std::stop_token& stop) {
  std::array<PowerReading, 64> readings;
  std::mutex mutex;
  std::condition_variable_any pace;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    const std::size_t count = meter_->Drain(readings);
    for (std::size_t i = 0; i < count; ++i) (void)ring_.Push(readings[i]);
    pace.wait_for(lock, stop, PollEvery(info_.period), [] { return false; });
  }
}

std::size_t SampledMeter::Drain(std::span<PowerReading> out) {
  std::size_t count = 0;
  while (count < out.size()) {
    const auto reading = ring_.Pop();
    if (!reading) break;
    out[count++] = *reading;
  }
  return count;
}

}  // namespace batchsizer::runtime

namespace batchsizer {

std::unique_ptr<PowerMeter> SampleInBackground(std::unique_ptr<PowerMeter> meter) {
  return std::make_unique<runtime::SampledMeter>(std::move(meter));
}

}  // namespace batchsizer
