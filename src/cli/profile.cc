// batchsizer profile: throughput and power of every batch size and clock, measured.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/output_file.h"
#include "cli/commands.h"
#include "cli/emulation.h"
#include "cli/interrupt.h"
#include "cli/json_output.h"
#include "cli/model_option.h"
#include "cli/output_paths.h"
#include "cli/profile_chart.h"
#include "cli/profile_options.h"
#include "cli/profile_report.h"
#include "cli/profile_rows.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "record/report/figure_svg.h"
#include "runtime/profiler.h"

namespace batchsizer::cli {
namespace {

constexpr BatchSize kLargestByDefault{1024};
constexpr std::string_view kTraceHeader = "time_s,power_w,utilisation";

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

const char* PowerKind(PowerSource source) {
  switch (source) {
    case PowerSource::kEmulated:
      return "emulated time and power";
    case PowerSource::kEstimated:
      return "power is an estimate";
    case PowerSource::kReplayed:
      return "power is a replayed log";
    case PowerSource::kMeasured:
      break;
  }
  return "power is measured";
}

// One profile, its parts made in the order in which they need each other.
class Job {
 public:
  Job(const ProfileTexts& texts, const GlobalOptions& global) : texts_(texts), global_(global) {}

  Status SetUp() {
    OutliveReaders();
    if (auto ok = ReadProfileTexts(texts_); !ok) return ok;
    if (!texts_.batch_sizes.empty()) {
      auto sizes = ParseBatchSizes(texts_.batch_sizes);
      if (!sizes) return tl::unexpected(sizes.error());
      sizes_ = std::move(*sizes);
    }
    if (auto ok = CheckFiles(); !ok) return ok;
    if (auto ok = SetUpDevice(); !ok) return ok;
    if (auto ok = SetUpGrid(); !ok) return ok;
    if (auto ok = CheckPowerTrace(); !ok) return ok;
    return SetUpRows();
  }

  int Run() {
    const std::atomic<bool>& stop = StopOnSignals();
    ControllerParts device = device_->parts();
    const runtime::ProfileParts parts{.engine = &device_->engine(),
                                      .meter = device.meter,
                                      .clock = device.clock,
                                      .clock_knob = device.clock_knob,
                                      .truth = device.truth,
                                      .rows = rows_ ? rows_->data() : nullptr};
    const auto limits = LimitsOf(texts_, device_->emulated());
    const auto outcome = runtime::Profile(parts, sizes_, clocks_, limits, Listener(), stop);
    if (rewrite_line_) ClearStatus();
    return Finish(outcome);
  }

 private:
  Status CheckFiles() const {
    auto apart = CheckOutputs({{"--output", texts_.output},
                               {"--chart", texts_.chart},
                               {"--power-trace", texts_.power_trace}},
                              {{"--model", texts_.model},
                               {"--images", texts_.images},
                               PathAfter("--device", "emulated:curve=", texts_.device.device),
                               PathAfter("--meter", "replay:", texts_.device.meter),
                               PathAfter("--meter", "replay-loop:", texts_.device.meter)});
    if (!apart) return apart;
    if (auto ok = CheckMayStartAnew({"--output", texts_.output}, "curve",
                                    {"# curve of ", "# emulated ", "batch,clock_mhz,"});
        !ok) {
      return ok;
    }
    if (auto ok = CheckMayStartAnew({"--chart", texts_.chart}, "SVG picture", {"<svg", "<?xml"});
        !ok) {
      return ok;
    }
    return CheckMayStartAnew({"--power-trace", texts_.power_trace}, "power trace",
                             {"# power of ", kTraceHeader});
  }

  Status SetUpDevice() {
    DeviceRequest request = texts_.device;
    request.model_path = texts_.model;  // of the zoo: on an emulated device its sums will do
    if (!request.device.starts_with(kEmulatedPrefix)) {
      auto path = ModelPath(texts_.model);
      if (!path) return Annotate("--model", path.error());
      request.model_path = *path;
    } else {
      if (!texts_.images.empty()) {
        return Invalid(
            "--images: an emulated device computes nothing here; leave it out, or give "
            "--host and --dataset, which emulate what preparing images costs");
      }
      request.outputs = false;
      request.memory_bytes = std::numeric_limits<std::size_t>::max();  // there are no rows
    }
    auto device = RunDevice::Open(request);
    if (!device) return tl::unexpected(device.error());
    device_ = std::move(*device);
    return {};
  }

  Status SetUpGrid() {
    if (sizes_.empty()) sizes_ = device_->DefaultBatchSizes(kLargestByDefault);
    if (auto ok = device_->CheckBatchSizes("--batch-sizes", sizes_); !ok) return ok;
    const auto* knob = device_->parts().clock_knob;
    auto clocks = ChooseClocks(texts_.clocks,
                               knob != nullptr ? knob->Supported() : std::span<const Megahertz>());
    if (!clocks) return tl::unexpected(clocks.error());
    clocks_ = std::move(*clocks);
    return {};
  }

  Status CheckPowerTrace() const {
    if (texts_.power_trace.empty()) return {};
    if (!device_->emulated()) {
      return Invalid(
          fmt::format("--power-trace: only an emulated device knows its utilisation at "
                      "every moment; {} does not; leave it out",
                      device_->engine().Info().device));
    }
    if (sizes_.size() == 1) return {};
    return Invalid(
        fmt::format("--power-trace: it is of one batch size, and there are {}; give one, "
                    "such as --batch-sizes 128",
                    sizes_.size()));
  }

  Status SetUpRows() {
    if (device_->emulated()) return {};
    auto rows = ProfileRows::Create(device_->engine().Info().input,
                                    {.images = texts_.images,
                                     .count = sizes_.back(),
                                     .memory_bytes = texts_.device.memory_bytes,
                                     .seed = texts_.device.seed});
    if (!rows) return tl::unexpected(rows.error());
    rows_ = std::move(*rows);
    for (const auto& failure : rows_->failures()) Say(failure);
    return {};
  }

  runtime::ProfileListener Listener() {
    rewrite_line_ = CanRewriteLine() && !global_.quiet;
    // Emulated points take no time: a line each would be noise.
    const bool lines =
        !rewrite_line_ && !global_.quiet && (global_.verbose || !device_->emulated());
    const std::size_t all = sizes_.size() * std::max<std::size_t>(1, clocks_.size());
    return {.begins =
                [this, all](const runtime::ProfileStep& step) {
                  if (rewrite_line_) ShowStatus(StepText(step, all));
                },
            .measured =
                [lines](const runtime::MeasuredPoint& point) {
                  if (lines) SayPoint(point);
                }};
  }

  static std::string SettingText(BatchSize size, std::optional<Megahertz> clock) {
    return fmt::format("batch {}{}", size.value(),
                       clock ? fmt::format(" at {:.6g} MHz", clock->value()) : "");
  }

  [[nodiscard]] std::string StepText(const runtime::ProfileStep& step, std::size_t all) const {
    return fmt::format("point {}/{}{}  {}", step.done + 1, all,
                       device_->emulated() ? " emulated" : "",
                       SettingText(step.batch_size, step.clock));
  }

  static void SayPoint(const runtime::MeasuredPoint& point) {
    Say(fmt::format("{}: {:.1f} images/s, peak {:.1f} W, in {} batches and {:.1f} s",
                    SettingText(point.batch_size, point.clock), point.throughput.value(),
                    point.true_peak.value_or(point.peak).value(), point.batches,
                    ToSeconds(point.time)));
  }

  int Finish(const runtime::ProfileOutcome& outcome) {
    const ProfileReport report = ReportOf(outcome);
    if (auto ok = WriteFiles(report); !ok) return Fail(ok.error());
    const bool nothing = report.points.empty() && outcome.end != runtime::ProfileEnd::kStopped;
    if (global_.json && !nothing) {
      PrintJson(ToJson(report));
    } else if (!global_.quiet && !nothing) {
      Print("{}", ToText(report));
    }
    return Conclude(outcome, nothing);
  }

  // What was measured is kept, however it ended.
  int Conclude(const runtime::ProfileOutcome& outcome, bool nothing) const {
    switch (outcome.end) {
      case runtime::ProfileEnd::kStopped:
        Say("interrupted: the batch sizes that were measured at every clock are kept");
        return kInterrupted;
      case runtime::ProfileEnd::kFailed:
        return Fail(outcome.error);
      case runtime::ProfileEnd::kOutOfMemory:
        if (nothing) return Fail(outcome.error);
        Say(fmt::format("the engine ran out of memory at batch size {}: the sizes end before it",
                        outcome.ended_at->value()));
        return kDone;
      case runtime::ProfileEnd::kDone:
        break;
    }
    return kDone;
  }

  ProfileReport ReportOf(const runtime::ProfileOutcome& outcome) {
    ProfileReport report{.model = texts_.model,
                         .device = device_->engine().Info().device,
                         .emulated = device_->emulated(),
                         .host = device_->host(),
                         .dataset = texts_.device.emulation.dataset,
                         .meter = device_->meter_info().name,
                         .power_kind = PowerKind(device_->meter_info().source)};
    const std::size_t columns = std::max<std::size_t>(1, clocks_.size());
    const std::size_t whole = outcome.points.size() / columns;  // sizes with all their clocks
    for (std::size_t i = 0; i < whole * columns; ++i) {
      report.points.push_back({outcome.points[i], UtilisationOf(outcome.points[i])});
    }
    report.missing.assign(sizes_.begin() + static_cast<std::ptrdiff_t>(whole), sizes_.end());
    report.ended = WhyItEnded(outcome);
    return report;
  }

  static std::string WhyItEnded(const runtime::ProfileOutcome& outcome) {
    switch (outcome.end) {
      case runtime::ProfileEnd::kStopped:
        return "interrupted";
      case runtime::ProfileEnd::kOutOfMemory:
        return fmt::format("out of memory at {}", outcome.ended_at->value());
      case runtime::ProfileEnd::kFailed:
        return outcome.error.message;
      case runtime::ProfileEnd::kDone:
        break;
    }
    return {};
  }

  std::optional<sim::Utilisation> UtilisationOf(const runtime::MeasuredPoint& point) {
    // A curve knows no utilisation.
    if (!device_->emulated() || device_->meter_info().period == Duration(0)) return std::nullopt;
    return sim::UtilisationOf(device_->accelerator()->plant(), point.batch_size, *point.clock);
  }

  // Nothing is written of a curve without points, nor of a trace whose point is missing.
  Status WriteFiles(const ProfileReport& report) {
    if (report.points.empty()) return {};
    if (auto ok = Write("--output", texts_.output, ToCsv(report)); !ok) return ok;
    if (texts_.power_trace.empty()) {
      return Write("--chart", texts_.chart, record::FigureToSvg(CurveFigure(report)));
    }
    // At the highest clock that was measured, which has warmed the board up.
    const auto& point = report.points.back().measured;
    if (auto ok = device_->accelerator()->Set(*point.clock); !ok) return ok;
    const auto trace =
        sim::TracePower(*device_->accelerator(), point.batch_size, TraceLength(point));
    if (auto ok = Write("--power-trace", texts_.power_trace, ToCsv(trace, TraceComment(report)));
        !ok) {
      return ok;
    }
    return Write("--chart", texts_.chart, record::FigureToSvg(TraceFigure(report, trace)));
  }

  [[nodiscard]] Duration TraceLength(const runtime::MeasuredPoint& point) const {
    const double batch_s = point.batch_size.value() / point.throughput.value();
    return FromSeconds(texts_.seconds.value_or(texts_.batches * batch_s));
  }

  static Status Write(std::string_view option, const std::string& path, std::string_view bytes) {
    if (path.empty()) return {};
    if (auto ok = base::ReplaceFile(path, bytes); !ok) return Annotate(option, ok.error());
    return {};
  }

  [[nodiscard]] std::string TraceComment(const ProfileReport& report) const {
    const auto& point = report.points.back().measured;
    return fmt::format("power of {} on {} (emulated), {}{}", texts_.model, report.device,
                       SettingText(point.batch_size, point.clock), HostText(report));
  }

  ProfileTexts texts_;
  const GlobalOptions& global_;
  std::vector<BatchSize> sizes_;
  std::vector<Megahertz> clocks_;
  std::unique_ptr<RunDevice> device_;
  std::optional<ProfileRows> rows_;
  bool rewrite_line_ = false;
};

int Profile(const ProfileTexts& texts, const GlobalOptions& global) {
  Job job(texts, global);
  if (auto ok = job.SetUp(); !ok) return Fail(ok.error());
  return job.Run();
}

}  // namespace

void AddProfile(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<ProfileTexts>();
  auto* command =
      app.add_subcommand("profile", "Measure throughput and power of every batch size and clock");
  AddProfileOptions(*command, *texts);
  command->callback([texts, &global, &exit_code] { exit_code = Profile(*texts, global); });
}

}  // namespace batchsizer::cli
