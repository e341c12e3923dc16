#include "sim/simulate.h"

#include <fmt/format.h>

#include <memory>

#include "runtime/run_loop.h"
#include "sim/best_setting.h"
#include "sim/curve_plant.h"
#include "sim/emulated_accelerator.h"
#include "sim/timed_engine.h"

namespace batchsizer::sim {
namespace {

// Endless images until the time is up.
class TimedSource final : public runtime::BatchSource {
 public:
  TimedSource(const Clock& clock, TimePoint end) : clock_(clock), end_(end) {}
  runtime::ReadyBatch Take(int wanted) override {
    return {.rows = clock_.Now() < end_ ? wanted : 0, .data = nullptr, .images = {}};
  }
  void Release(int) override {}

 private:
  const Clock& clock_;
  TimePoint end_;
};

// Adds up the summary and passes everything on.
class Tee final : public RecordSink {
 public:
  Tee(TimePoint start, RecordSink* next) : builder_(start), next_(next) {}
  void OnWindow(const WindowRecord& record) override {
    builder_.Add(record);
    if (next_ != nullptr) next_->OnWindow(record);
  }
  void OnNotice(const Notice& notice) override {
    if (next_ != nullptr) next_->OnNotice(notice);
  }
  [[nodiscard]] record::Summary Build() const { return builder_.Build(); }

 private:
  record::SummaryBuilder builder_;
  RecordSink* next_;
};

Status CheckRange(const Curve& curve, BatchSize size, std::string_view option) {
  if (size >= curve.smallest() && size <= curve.largest()) return {};
  return MakeError(
      ErrorCode::kInvalidInput,
      fmt::format("{}: {} is outside the curve, which has batch sizes {} to {}", option,
                  size.value(), curve.smallest().value(), curve.largest().value()));
}

Status CheckAgainst(const Curve& curve, const PolicyOptions& policy) {
  for (const BatchSize size : policy.batch_sizes) {
    if (auto ok = CheckRange(curve, size, "batch sizes"); !ok) return ok;
  }
  if (policy.fixed_batch_size) return CheckRange(curve, *policy.fixed_batch_size, "batch");
  return {};
}

PolicyOptions FillIn(const Curve& curve, const SimulateOptions& options) {
  PolicyOptions policy = options.controller.policy;
  if (!options.batch_sizes_given) {
    policy.batch_sizes = DefaultBatchSizes(curve.smallest(), curve.largest());
  }
  policy.clocks.assign(curve.clocks().begin(), curve.clocks().end());
  return policy;
}

// What the oracle knows beforehand. REQUIRES: the batch sizes lie on the curve.
std::vector<CurvePoint> KnownCurve(const Curve& curve, const SimulateOptions& options) {
  const auto& given = options.controller.policy.batch_sizes;
  return PointsOf(curve, options.batch_sizes_given ? given : AllBatchSizes(curve), curve.clocks());
}

// What the policy's own knobs reach: the knobs it does not turn stay where its
// first setting has them.
std::vector<CurvePoint> OwnPoints(const Curve& curve, const PolicyOptions& policy,
                                  const Setting& start) {
  if (policy.name == "oracle") return policy.known_curve;
  const std::vector<BatchSize> one_size{start.batch_size};
  const std::vector<Megahertz> one_clock{start.clock.value_or(curve.clocks().back())};
  return PointsOf(curve, TurnsBatchSize(policy.name) ? policy.batch_sizes : one_size,
                  TurnsClock(policy.name) ? curve.clocks() : std::span(one_clock));
}

void AddOracles(const Curve& curve, const SimulateOptions& options, const PolicyOptions& policy,
                const Setting& start, record::Summary& summary) {
  const Duration length = FromSeconds(summary.time_s);
  const auto all = PointsOf(curve, AllBatchSizes(curve), curve.clocks());
  const auto best = OracleThroughput(all, options.cap, length);
  const auto own = OracleThroughput(OwnPoints(curve, policy, start), options.cap, length);
  summary.oracle_throughput_ips = best.value();
  if (best.value() > 0) summary.fraction_of_oracle = summary.throughput_ips / best.value();
  if (own.value() > 0) summary.fraction_of_own_oracle = summary.throughput_ips / own.value();
}

}  // namespace

Result<record::Summary> Simulate(const Curve& curve, const SimulateOptions& options,
                                 RecordSink* records) {
  ControllerOptions controller_options = options.controller;
  PolicyOptions& policy = controller_options.policy;
  policy = FillIn(curve, options);
  if (auto ok = CheckAgainst(curve, policy); !ok) return tl::unexpected(ok.error());
  if (policy.name == "oracle") policy.known_curve = KnownCurve(curve, options);
  EmulatedAccelerator accelerator(std::make_unique<CurvePlant>(curve, "emulated:curve"),
                                  {.noise = options.noise, .seed = options.seed, .images = {}});
  const TimePoint start = accelerator.clock().Now();
  auto cap = SteppedCap::Create(options.cap, start);
  if (!cap) return tl::unexpected(cap.error());
  Tee tee(start, records);
  auto controller = Controller::Create(controller_options, {.meter = &accelerator,
                                                            .cap = &*cap,
                                                            .clock = &accelerator.clock(),
                                                            .clock_knob = &accelerator,
                                                            .sink = &tee,
                                                            .truth = &accelerator});
  if (!controller) return tl::unexpected(controller.error());
  const Setting first = (*controller)->setting();

  TimedEngine engine(accelerator);
  TimedSource source(accelerator.clock(), start + options.duration);
  const std::atomic<bool> never{false};
  auto outcome = runtime::RunAll(
      {.engine = &engine, .source = &source, .controller = controller->get(), .results = nullptr},
      options.stop != nullptr ? *options.stop : never);
  if (!outcome) return tl::unexpected(outcome.error());
  record::Summary summary = tee.Build();
  summary.policy = policy.name;
  summary.device = accelerator.Info().name;
  summary.emulated = true;
  record::FillInSetting(summary, first, cap->At(start));
  AddOracles(curve, options, policy, first, summary);
  return summary;
}

}  // namespace batchsizer::sim
