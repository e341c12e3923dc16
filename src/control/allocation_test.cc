// Neither a decision nor the end of a batch asks the heap for anything.
#include <gtest/gtest.h>

#include "base/testing/allocation_count.h"
#include "control/testing.h"

namespace batchsizer::control {
namespace {

std::vector<BatchSize> Sizes(int count) {
  std::vector<BatchSize> sizes;
  for (int size = 1; size <= count; ++size) sizes.emplace_back(size);
  return sizes;
}

PolicyOptions OptionsFor(std::string_view name, int count) {
  PolicyOptions options;
  options.name = name;
  options.batch_sizes = Sizes(count);
  options.clocks = {Megahertz(500), Megahertz(750), Megahertz(1000)};
  for (const BatchSize size : options.batch_sizes) {
    options.known_curve.push_back(
        {size, Megahertz(1000), ImagesPerSecond(100.0 + size.value()), Watts(40.0 + size.value())});
  }
  return options;
}

Observation Look(const Setting& setting, int window) {
  Observation seen;
  seen.setting = setting;
  seen.window_length = std::chrono::seconds(1);
  seen.batches = 10;
  seen.cap = seen.window_cap = Watts(window % 7 < 3 ? 100 : 60);
  seen.peak_power = Watts(40.0 + setting.batch_size.value());
  if (window % 11 == 0) seen.peak_power.reset();
  seen.throughput = ImagesPerSecond(100.0 + setting.batch_size.value());
  return seen;
}

void ExpectNoAllocation(const PolicyOptions& options) {
  SCOPED_TRACE(options.name + " with " + std::to_string(options.batch_sizes.size()) +
               " batch sizes");
  auto policy = MakePolicy(options).value();
  Setting setting = policy->Start(Watts(100));
  const auto before = base::AllocationCount();
  for (int w = 0; w < 200; ++w) setting = policy->Step(Look(setting, w)).setting;
  EXPECT_EQ(base::AllocationCount(), before);
}

TEST(Allocation, NoPolicyAllocatesInADecision) {
  for (const int count : {9, 1024}) {
    for (const auto name : PolicyNames()) ExpectNoAllocation(OptionsFor(name, count));
  }
}

TEST(Allocation, NorDoesTheOnlineSearchForTheSaturationBatch) {
  for (const int count : {9, 1024}) {
    for (const auto* name : {"batchsizer", "paper", "paper-text"}) {
      PolicyOptions options = OptionsFor(name, count);
      options.online_saturation = true;
      ExpectNoAllocation(options);
    }
  }
}

// A meter with one reading a batch, without a heap of its own.
class PlainMeter final : public PowerMeter {
 public:
  [[nodiscard]] const MeterInfo& Info() const override { return info_; }
  std::size_t Drain(std::span<PowerReading> out) override {
    if (!fresh_) return 0;
    fresh_ = false;
    out[0] = reading_;
    return 1;
  }
  void Put(TimePoint time, Watts power) {
    reading_ = {time, power};
    fresh_ = true;
  }

 private:
  MeterInfo info_;
  PowerReading reading_;
  bool fresh_ = false;
};

struct Counter final : public RecordSink {
  void OnWindow(const WindowRecord&) override { ++windows; }
  void OnNotice(const Notice&) override { ++notices; }
  int windows = 0;
  int notices = 0;
};

TEST(Allocation, TheControllerDoesNotAllocateWhenABatchIsDoneOrTheCapMoved) {
  PlainMeter meter;
  VirtualClock clock;
  AdjustableCap cap(Watts(100));
  Counter counter;
  ControllerOptions options;
  options.policy.batch_sizes = Sizes(1024);
  ControllerParts parts;
  parts.meter = &meter;
  parts.cap = &cap;
  parts.clock = &clock;
  parts.sink = &counter;
  auto controller = Controller::Create(options, parts).value();
  int moved = 0;
  const auto before = base::AllocationCount();
  for (int batch = 0; batch < 5000; ++batch) {
    clock.Advance(std::chrono::milliseconds(10));
    const int size = controller->batch_size().value();
    meter.Put(clock.Now(), Watts(40.0 + size + 0.001 * (batch % 5)));
    if (batch % 500 == 499) cap.Set(Watts(batch % 1000 == 499 ? 60 : 100));
    if (batch % 1000 == 0) meter.Put(clock.Now(), Watts(-1));
    controller->BatchDone(size);
    if (batch % 700 == 699) cap.Set(Watts(batch % 1400 == 699 ? 50 : 100));
    moved += controller->CapMoved() ? 1 : 0;
  }
  EXPECT_GT(moved, 0);
  EXPECT_EQ(base::AllocationCount(), before);
  EXPECT_GT(counter.windows, 400);
  EXPECT_GT(counter.notices, 0);
}

TEST(Allocation, IsReallyCounted) {
  const auto before = base::AllocationCount();
  const auto something = std::make_unique<int>(1);
  EXPECT_GT(base::AllocationCount(), before);
}

}  // namespace
}  // namespace batchsizer::control
