// batchsizer simulate: one policy against a curve, on virtual time.
#include "sim/simulate.h"

#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "batchsizer/clock.h"
#include "cli/cap_option.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/json_output.h"
#include "cli/option_hints.h"
#include "cli/output_paths.h"
#include "cli/progress.h"
#include "cli/recorder.h"
#include "cli/saturation_option.h"
#include "cli/terminal.h"
#include "control/cap_trace.h"
#include "record/trace_csv.h"

namespace batchsizer::cli {
namespace {

struct SimulateTexts {
  ControlTexts control;
  std::string curve;
  std::string power_cap;
  std::string cap_trace;
  double duration_s = 300;
  double noise = 0;
  std::uint64_t seed = 1;
  std::string trace;
};

Result<std::vector<SteppedCap::Step>> CapOf(const SimulateTexts& texts, const sim::Curve& curve) {
  if (!texts.cap_trace.empty()) {
    auto steps = control::ReadCapTrace(texts.cap_trace);
    if (!steps) return Annotate("--cap-trace", steps.error());
    return steps;
  }
  if (!texts.power_cap.empty()) return ParsePowerCap(texts.power_cap, curve.highest_power());
  return MakeError(ErrorCode::kInvalidInput,
                   "there is no cap; give --power-cap W or --cap-trace FILE");
}

Status LimitBatchSizes(const SimulateTexts& texts, const sim::Curve& curve, bool quiet,
                       sim::SimulateOptions& options) {
  if (texts.control.saturation_from.empty()) return {};
  PolicyOptions& policy = options.controller.policy;
  if (!options.batch_sizes_given) {
    policy.batch_sizes = sim::DefaultBatchSizes(curve.smallest(), curve.largest());
  }
  options.batch_sizes_given = true;
  const auto said = LimitToSaturation(texts.control.saturation_from, policy);
  if (!said) return tl::unexpected(said.error());
  if (!quiet) Say(*said);
  return {};
}

Result<sim::SimulateOptions> ToOptions(const SimulateTexts& texts, const sim::Curve& curve,
                                       bool quiet) {
  sim::SimulateOptions options;
  auto control = ToControllerOptions(texts.control);
  if (!control) return tl::unexpected(control.error());
  options.controller = std::move(*control);
  options.batch_sizes_given = !texts.control.batch_sizes.empty();
  if (auto ok = LimitBatchSizes(texts, curve, quiet, options); !ok) {
    return tl::unexpected(ok.error());
  }
  if (auto ok = RequirePositive("--duration", texts.duration_s); !ok) {
    return tl::unexpected(ok.error());
  }
  if (texts.duration_s > 1e9) {
    return MakeError(ErrorCode::kInvalidInput, "--duration: at most 1e9 s can be simulated");
  }
  if (auto ok = RequireNotNegative("--noise", texts.noise); !ok) return tl::unexpected(ok.error());
  options.duration = FromSeconds(texts.duration_s);
  options.noise = texts.noise;
  options.seed = texts.seed;
  auto cap = CapOf(texts, curve);
  if (!cap) return tl::unexpected(cap.error());
  options.cap = std::move(*cap);
  return options;
}

int Simulate(const SimulateTexts& texts, const GlobalOptions& global) {
  if (auto ok = CheckOutputs({{"--trace", texts.trace}},
                             {{"--curve", texts.curve},
                              {"--cap-trace", texts.cap_trace},
                              {"--saturation-from", texts.control.saturation_from},
                              PathAfter("--power-cap", "trace:", texts.power_cap)});
      !ok) {
    return Fail(ok.error());
  }
  if (auto ok = CheckMayStartAnew({"--trace", texts.trace}, "trace", {record::kTraceHeader}); !ok) {
    return Fail(ok.error());
  }
  auto curve = sim::Curve::Read(texts.curve);
  if (!curve) return Fail("--curve", curve.error());
  auto options = ToOptions(texts, *curve, global.quiet);
  if (!options) return Fail(options.error());
  const TimePoint start{};
  const SteadyClock wall;
  Progress progress({.quiet = global.quiet || !global.verbose, .verbose = true, .emulated = true},
                    start, wall);
  Recorder recorder(start, global.verbose ? &progress : nullptr);
  if (!texts.trace.empty()) {
    if (auto ok = recorder.OpenTrace(texts.trace, start); !ok) return Fail("--trace", ok.error());
  }
  options->stop = &StopOnSignals();
  const auto summary = sim::Simulate(*curve, *options, &recorder);
  if (!summary) return Fail(summary.error());
  if (auto ok = recorder.Close(); !ok) return Fail(ok.error());
  if (global.json) {
    PrintJson(record::ToJson(*summary));
  } else if (!global.quiet) {
    Print("{}", record::ToText(*summary));
  }
  if (options->stop->load()) {
    Say("interrupted: summary and trace are of what was simulated so far");
    return kInterrupted;
  }
  return SayIfCapNotMet(*summary, global);
}

}  // namespace

void AddSimulate(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<SimulateTexts>();
  auto* command = app.add_subcommand("simulate", "One policy against a curve, on virtual time");
  command->footer(
      "Example:\n  batchsizer simulate --curve data/curves/example.csv --policy "
      "batchsizer --power-cap 150 --trace trace.csv");
  HintFile(
      command->add_option("--curve", texts->curve, "CSV: batch,clock_mhz,throughput_ips,power_w"))
      ->required();
  AddControlOptions(*command, texts->control);
  auto* cap = HintWords(
      command->add_option("--power-cap", texts->power_cap, "120, 120W, 70% or trace:FILE"),
      {"trace:FILE"});
  HintFile(command->add_option("--cap-trace", texts->cap_trace, "CSV: time_s,power_cap_w"))
      ->excludes(cap);
  command->add_option("--duration", texts->duration_s, "Virtual seconds")->capture_default_str();
  command
      ->add_option("--noise", texts->noise,
                   "Standard deviation of a power reading, relative (0.03: 3 %)")
      ->capture_default_str();
  command->add_option("--seed", texts->seed, "Seed of the noise")->capture_default_str();
  HintFile(command->add_option("--trace", texts->trace, "Write one CSV row a window to this file"));
  command->callback([texts, &global, &exit_code] { exit_code = Simulate(*texts, global); });
}

}  // namespace batchsizer::cli
