// For tests of the controller: a device on virtual time whose power is a
// function of the setting, and a sink that remembers.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "batchsizer/controller.h"

namespace batchsizer::control::testing {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Meter and clock knob. A batch takes 10 ms and gives one reading at its end,
// unless a period is set: then one reading a period.
class FakeDevice final : public PowerMeter, public ClockKnob {
 public:
  FakeDevice() { info.name = "fake"; }

  [[nodiscard]] const MeterInfo& Info() const override { return info; }
  std::size_t Drain(std::span<PowerReading> out) override {
    std::size_t count = 0;
    while (count < out.size() && unread_ < readings_.size()) out[count++] = readings_[unread_++];
    if (unread_ == readings_.size()) {
      readings_.clear();
      unread_ = 0;
    }
    return count;
  }
  [[nodiscard]] std::span<const Megahertz> Supported() const override { return clocks; }
  [[nodiscard]] Megahertz Current() const override { return clock_mhz; }
  Status Set(Megahertz clock) override {
    ++sets;
    if (broken_knob) return MakeError(ErrorCode::kPermissionDenied, "clock: not permitted");
    clock_mhz = clock;
    return {};
  }
  Status Restore() override {
    ++restores;
    clock_mhz = clocks.back();
    return {};
  }

  // Runs one batch on virtual time.
  void Run(BatchSize size) {
    time_base.Advance(batch_time);
    if (silent_) return;
    const Watts power = broken_reading.value_or(power_of(size, clock_mhz));
    if (info.period == Duration(0)) return readings_.push_back({time_base.Now(), power});
    for (; next_ <= time_base.Now(); next_ += info.period) readings_.push_back({next_, power});
  }
  // No batch runs; one reading at the end, of that.
  void Idle(Duration time, Watts power) {
    time_base.Advance(time);
    readings_.push_back({time_base.Now(), power});
  }
  void Hear(Duration period) {
    info.period = period;
    next_ = time_base.Now() + period;
  }
  void Silence() { silent_ = true; }
  void Speak() {
    silent_ = false;
    next_ = time_base.Now();
  }

  VirtualClock time_base;
  MeterInfo info;
  std::function<Watts(BatchSize, Megahertz)> power_of = [](BatchSize size, Megahertz) {
    return Watts(40.0 + 10.0 * size.value());
  };
  std::optional<Watts> broken_reading;
  Duration batch_time = milliseconds(10);
  std::vector<Megahertz> clocks{Megahertz(500), Megahertz(1000)};
  Megahertz clock_mhz{1000};
  bool broken_knob = false;
  int sets = 0;
  int restores = 0;

 private:
  std::vector<PowerReading> readings_;
  std::size_t unread_ = 0;
  bool silent_ = false;
  TimePoint next_{};
};

struct Memory final : public RecordSink {
  void OnWindow(const WindowRecord& record) override { windows.push_back(record); }
  void OnNotice(const Notice& notice) override {
    notices.push_back(notice.kind);
    texts.emplace_back(notice.text);
  }
  [[nodiscard]] int Count(NoticeKind kind) const {
    return static_cast<int>(std::count(notices.begin(), notices.end(), kind));
  }
  std::vector<WindowRecord> windows;
  std::vector<NoticeKind> notices;
  std::vector<std::string> texts;
};

// A controller around a fake device, and the loop of somebody's program.
struct Rig {
  explicit Rig(std::string policy = "batchsizer", double cap_w = 100) : cap(Watts(cap_w)) {
    options.policy.name = std::move(policy);
    for (const int size : {1, 2, 4, 8, 16}) sizes.emplace_back(size);
    options.policy.batch_sizes = sizes;
  }
  [[nodiscard]] ControllerParts Parts() {
    ControllerParts parts;
    parts.meter = &device;
    parts.cap = &cap;
    parts.clock = &device.time_base;
    parts.clock_knob = with_knob ? &device : nullptr;
    parts.sink = &memory;
    return parts;
  }
  void Start() { controller = Controller::Create(options, Parts()).value(); }
  void Batches(int count) {
    if (!controller) Start();
    for (int i = 0; i < count; ++i) {
      device.Run(controller->batch_size());
      images += controller->batch_size().value();
      controller->BatchDone(controller->batch_size().value());
    }
  }
  [[nodiscard]] int size() const { return controller->batch_size().value(); }

  FakeDevice device;
  AdjustableCap cap;
  Memory memory;
  ControllerOptions options;
  std::vector<BatchSize> sizes;
  bool with_knob = true;
  std::int64_t images = 0;
  std::unique_ptr<Controller> controller;
};

}  // namespace batchsizer::control::testing
