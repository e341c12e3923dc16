#include "sim/experiment/run_policy.h"

#include <algorithm>

#include "base/check.h"
#include "batchsizer/controller.h"
#include "runtime/run_loop.h"
#include "sim/timed_engine.h"

namespace batchsizer::sim {
namespace {

// So many images, then the end.
class CountedSource final : public runtime::BatchSource {
 public:
  explicit CountedSource(std::int64_t images) : left_(images) {}
  runtime::ReadyBatch Take(int wanted) override {
    const auto rows = std::min<std::int64_t>(wanted, left_);
    return {.rows = static_cast<int>(rows), .data = nullptr, .images = {}};
  }
  void Release(int rows) override { left_ -= rows; }

 private:
  std::int64_t left_;
};

// Hands readings on and keeps a copy of each.
class CopyingMeter final : public PowerMeter {
 public:
  CopyingMeter(PowerMeter& meter, std::vector<PowerReading>* copies)
      : meter_(meter), copies_(copies) {}
  [[nodiscard]] const MeterInfo& Info() const override { return meter_.Info(); }
  std::size_t Drain(std::span<PowerReading> out) override {
    const std::size_t count = meter_.Drain(out);
    if (copies_ != nullptr) {
      copies_->insert(copies_->end(), out.begin(),
                      out.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return count;
  }

 private:
  PowerMeter& meter_;
  std::vector<PowerReading>* copies_;
};

// Keeps the windows and adds them up.
class WindowKeeper final : public RecordSink {
 public:
  WindowKeeper(TimePoint start, std::vector<WindowRecord>& windows)
      : builder_(start), windows_(windows) {}
  void OnWindow(const WindowRecord& record) override {
    builder_.Add(record);
    windows_.push_back(record);
  }
  void OnNotice(const Notice&) override {}
  [[nodiscard]] record::Summary Build() const { return builder_.Build(); }

 private:
  record::SummaryBuilder builder_;
  std::vector<WindowRecord>& windows_;
};

ControllerOptions OptionsOf(const PlantInfo& plant, const PolicyRunOptions& options) {
  ControllerOptions controller;
  PolicyOptions& policy = controller.policy;
  policy.name = options.policy;
  policy.clocks = plant.clocks;
  policy.known_curve = options.known_curve;
  std::erase_if(policy.batch_sizes,
                [&](BatchSize size) { return size < plant.smallest || size > plant.largest; });
  return controller;
}

record::Summary Named(record::Summary summary, const PolicyRunOptions& options,
                      const EmulatedAccelerator& accelerator) {
  summary.policy = options.policy;
  summary.device = accelerator.Info().name;
  summary.emulated = true;
  return summary;
}

}  // namespace

Watts PolicyRun::HighestPeak() const {
  Watts most;
  for (const WindowRecord& window : windows) {
    most = std::max(most, window.peak_power.value_or(Watts(0)));
  }
  return most;
}

std::size_t PolicyRun::WindowsToSettle() const {
  std::size_t last = 0;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const Decision& decision = windows[i].decision;
    const bool end = decision.reason == Reason::kEndOfRun;
    if (!end && decision.setting != windows[i].setting) last = i + 1;
  }
  return last;
}

Result<PolicyRun> RunPolicy(EmulatedAccelerator& accelerator, const PolicyRunOptions& options) {
  BATCHSIZER_CHECK(options.stop != nullptr);
  PolicyRun run{
      .policy = options.policy, .summary = {}, .windows = {}, .readings = {}, .batch_ends = {}};
  const TimePoint start = accelerator.clock().Now();
  auto cap = SteppedCap::Create({{.from = Duration(0), .cap = options.cap}}, start);
  if (!cap) return tl::unexpected<Error>(cap.error());
  CopyingMeter meter(accelerator, options.keep_readings ? &run.readings : nullptr);
  WindowKeeper keeper(start, run.windows);
  auto controller = Controller::Create(OptionsOf(accelerator.plant().Info(), options),
                                       {.meter = &meter,
                                        .cap = &*cap,
                                        .clock = &accelerator.clock(),
                                        .clock_knob = &accelerator,
                                        .sink = &keeper,
                                        .truth = &accelerator});
  if (!controller) return tl::unexpected<Error>(controller.error());
  const Setting first = (*controller)->setting();
  TimedEngine engine(accelerator, options.keep_readings ? &run.batch_ends : nullptr);
  CountedSource source(options.images);
  const auto outcome = runtime::RunAll(
      {.engine = &engine, .source = &source, .controller = controller->get(), .results = nullptr},
      *options.stop);
  if (!outcome) return tl::unexpected<Error>(outcome.error());
  run.summary = Named(keeper.Build(), options, accelerator);
  record::FillInSetting(run.summary, first, options.cap);
  return run;
}

}  // namespace batchsizer::sim
