#include "runtime/sampled_meter.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace batchsizer::runtime {
namespace {

// Gives the readings 1, 2, .. count, then tells that all were taken.
class CountingMeter final : public PowerMeter {
 public:
  CountingMeter(int count, std::promise<void>& taken) : count_(count), taken_(taken) {
    info_.period = std::chrono::milliseconds(2);
  }
  [[nodiscard]] const MeterInfo& Info() const override { return info_; }
  std::size_t Drain(std::span<PowerReading> out) override {
    if (given_ > count_) return 0;
    if (given_ == count_) {
      ++given_;
      taken_.set_value();
      return 0;
    }
    ++given_;
    out[0] = {TimePoint(Duration(given_)), Watts(given_)};
    return 1;
  }

 private:
  MeterInfo info_;
  int count_;
  int given_ = 0;
  std::promise<void>& taken_;
};

TEST(SampledMeter, HandsOnEveryReadingOnceInOrder) {
  std::promise<void> taken;
  SampledMeter meter(std::make_unique<CountingMeter>(20, taken));
  taken.get_future().wait();
  std::array<PowerReading, 8> readings;
  double expected = 1;
  for (std::size_t count = meter.Drain(readings); count > 0; count = meter.Drain(readings)) {
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(readings[i].power, Watts(expected++));
  }
  EXPECT_EQ(expected, 21);
}

TEST(SampledMeter, StopsAtOnceWhenNobodyDrains) {
  std::promise<void> taken;
  { const SampledMeter meter(std::make_unique<CountingMeter>(0, taken)); }
  SUCCEED();
}

}  // namespace
}  // namespace batchsizer::runtime
