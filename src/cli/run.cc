// batchsizer run: a folder of images through a model, under a power cap.
#include <fmt/format.h>

#include <memory>

#include "base/usable_cpus.h"
#include "cli/cap_option.h"
#include "cli/commands.h"
#include "cli/display.h"
#include "cli/interrupt.h"
#include "cli/json_output.h"
#include "cli/model_option.h"
#include "cli/output_paths.h"
#include "cli/recorder.h"
#include "cli/run_device.h"
#include "cli/run_identity.h"
#include "cli/run_options.h"
#include "cli/run_results.h"
#include "cli/saturation_option.h"
#include "cli/terminal.h"
#include "flow/batch/image_feeder.h"
#include "flow/result/earlier_results.h"
#include "flow/source/image_source.h"
#include "flow/source/image_stream.h"
#include "record/trace_csv.h"
#include "runtime/feeder_source.h"

namespace batchsizer::cli {
namespace {

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

// Decoders may take every CPU: they stop when the engine has what it needs.
flow::FeederOptions DecodingOptions(const RunTexts& texts) {
  flow::FeederOptions options;
  options.automatic = texts.decode_threads.automatic;
  options.decode_threads = options.automatic ? base::UsableCpus() : texts.decode_threads.number;
  options.memory_limit_bytes = texts.device.memory_bytes;
  return options;
}

// The parts of one run, made in the order in which they need each other.
class Job {
 public:
  Job(const RunTexts& texts, const GlobalOptions& global) : texts_(texts), global_(global) {}

  Status SetUp() {
    OutliveReaders();
    if (auto ok = ReadRunTexts(texts_); !ok) return ok;
    auto options = ToControllerOptions(texts_.control);
    if (!options) return tl::unexpected(options.error());
    if (auto ok = CheckPolicyName(options->policy); !ok) return ok;
    if (auto ok = CheckFiles(); !ok) return ok;
    if (auto ok = ReadPreprocessing(); !ok) return ok;
    if (CanBeReadAgain(texts_.power_cap)) reread_.emplace();
    if (auto ok = SetUpDevice(); !ok) return ok;
    if (auto ok = SetUpResults(); !ok) return ok;
    if (auto ok = SetUpImages(); !ok) return ok;
    return SetUpControl(std::move(*options));
  }

  int Run() {
    const std::atomic<bool>& stop = StopOnSignals();
    display_->Start();
    const TimePoint began = wall_.Now();
    runtime::FeederSource source(
        *feeder_, [&] { return results_->TellFailures().has_value() && !stop.load(); });
    const auto outcome = runtime::RunAll({.engine = &device_->engine(),
                                          .source = &source,
                                          .controller = controller_.get(),
                                          .results = results_.get()},
                                         stop);
    wall_time_ = wall_.Now() - began;
    const Status results = results_->Close();
    const Status trace = recorder_->Close();
    display_->Finish();
    if (!outcome) return Fail(outcome.error());
    if (!results) return Fail(results.error());
    if (!trace) return Fail(trace.error());
    return Report(*outcome);
  }

 private:
  // Before anything is opened: a wrong name is told at once.
  static Status CheckPolicyName(PolicyOptions policy) {
    policy.clocks = {Megahertz(1)};
    policy.start_clock.reset();
    policy.known_curve = {{BatchSize(1), Megahertz(1), ImagesPerSecond(1), Watts(1)}};
    const auto made = MakePolicy(policy);
    if (!made) return tl::unexpected(made.error());
    return {};
  }

  Status CheckFiles() const {
    const bool results = !texts_.output.empty();
    auto apart = CheckOutputs(
        {{"--output", texts_.output},
         {"the journal of --output", results ? flow::JournalPath(texts_.output) : std::string()},
         {"--trace", texts_.trace}},
        {{"--model", texts_.model},
         {"--images", texts_.images},
         {"--saturation-from", texts_.control.saturation_from},
         PathAfter("--power-cap", "trace:", texts_.power_cap),
         PathAfter("--power-cap", "file:", texts_.power_cap),
         PathAfter("--device", "emulated:curve=", texts_.device.device),
         PathAfter("--meter", "replay:", texts_.device.meter),
         PathAfter("--meter", "replay-loop:", texts_.device.meter)});
    if (!apart || texts_.resume) return apart;
    auto anew = CheckMayStartAnew({"--output", texts_.output}, "results file",
                                  {R"({"image":)", "image,error,batch_size,batch"});
    if (!anew) return anew;
    return CheckMayStartAnew({"--trace", texts_.trace}, "trace", {record::kTraceHeader});
  }

  Status ReadPreprocessing() {
    const auto preprocess = ToPreprocessOptions(texts_.preprocess);
    if (!preprocess) return tl::unexpected(preprocess.error());
    preprocess_ = *preprocess;
    const auto decode = ToDecodeOptions(texts_.preprocess);
    if (!decode) return tl::unexpected(decode.error());
    decode_ = *decode;
    const auto layout = ToLayout(texts_.preprocess);
    if (!layout) return tl::unexpected(layout.error());
    layout_ = *layout;
    return {};
  }

  Status SetUpDevice() {
    auto path = ModelPath(texts_.model);
    if (!path) return Annotate("--model", path.error());
    DeviceRequest request = texts_.device;
    model_path_ = *path;
    request.model_path = *path;
    request.outputs = !texts_.no_outputs;
    request.layout = layout_;
    auto device = RunDevice::Open(request);
    if (!device) return tl::unexpected(device.error());
    device_ = std::move(*device);
    auto cap = CapSource::Open(texts_.power_cap, device_->meter_info().max_power,
                               [quiet = global_.quiet](const control::CapNews& news) {
                                 if (news.trouble || !quiet) Say("--power-cap: " + news.text);
                               });
    if (!cap) return tl::unexpected(cap.error());
    cap_.emplace(std::move(*cap));
    return {};
  }

  Status SetUpImages() {
    auto source = flow::OpenImageSource(texts_.images);
    if (!source) return Annotate("--images", source.error());
    flow::StreamOptions options;
    options.repeat = static_cast<std::uint64_t>(texts_.repeat);
    if (options.repeat > 1) {  // a source that cannot be gone through twice says so now
      if (auto again = (*source)->Rewind(); !again) return Annotate("--repeat", again.error());
    }
    if (texts_.max_images > 0) options.most_images = texts_.max_images;
    if (earlier_) {
      options.is_done = [this](std::string_view name) { return earlier_->finished.Take(name); };
    }
    images_ = std::make_unique<flow::ImageStream>(std::move(*source), std::move(options));
    return {};
  }

  // With --resume also what is there already: it tells which images are left.
  Status SetUpResults() {
    if (texts_.output.empty()) return {};
    auto file = ResultFileOf(texts_, model_path_, device_->engine().Info(), preprocess_);
    if (!file) return tl::unexpected(file.error());
    result_options_.file = *std::move(file);
    result_options_.unordered = texts_.unordered;
    if (!texts_.resume) return {};
    auto earlier = flow::ReadEarlierResults(result_options_.file);
    if (!earlier) return Annotate("--resume", earlier.error());
    earlier_ = *std::move(earlier);
    for (const auto& notice : earlier_->notices) {
      if (!global_.quiet) Say(notice);
    }
    return {};
  }

  Status SetUpControl(ControllerOptions options) {
    PolicyOptions& policy = options.policy;
    if (texts_.control.batch_sizes.empty()) policy.batch_sizes = device_->DefaultBatchSizes();
    if (auto ok = CheckSetting(policy); !ok) return ok;
    if (auto ok = LimitBatchSizes(policy); !ok) return ok;
    const BatchSize largest = LargestBatch(policy);
    if (policy.name == "oracle") policy.known_curve = device_->KnownCurve(policy.batch_sizes);
    if (auto ok = SetUpFeeder(largest); !ok) return ok;
    if (auto ok = device_->engine().Prepare(largest); !ok) return ok;
    return StartControl(options);
  }

  Status LimitBatchSizes(PolicyOptions& policy) const {
    if (texts_.control.saturation_from.empty()) return {};
    const auto said = LimitToSaturation(texts_.control.saturation_from, policy);
    if (!said) return tl::unexpected(said.error());
    if (!global_.quiet) Say(*said);
    return {};
  }

  static BatchSize LargestBatch(const PolicyOptions& policy) {
    if (policy.fixed_batch_size && !TurnsBatchSize(policy.name)) return *policy.fixed_batch_size;
    return std::max(policy.batch_sizes.back(), policy.fixed_batch_size.value_or(BatchSize(1)));
  }

  // What was asked for by number must be something that the device can do.
  Status CheckSetting(const PolicyOptions& policy) {
    if (auto ok = device_->CheckBatchSizes("--batch-sizes", policy.batch_sizes); !ok) return ok;
    if (policy.fixed_batch_size) {
      if (auto ok = device_->CheckBatchSizes("--batch", {*policy.fixed_batch_size}); !ok) return ok;
    }
    if (policy.start_clock && device_->parts().clock_knob == nullptr) {
      return Invalid(fmt::format("--clock: the clock of {} cannot be set here; leave it out",
                                 device_->engine().Info().device));
    }
    return {};
  }

  Status SetUpFeeder(BatchSize largest) {
    const InputSpec& input = device_->engine().Info().input;
    if (auto ok = CheckTakesNormalised(texts_.preprocess, input); !ok) return ok;
    flow::FeederOptions options = DecodingOptions(texts_);
    options.largest_batch = largest;
    options.preprocess = preprocess_;
    options.decode = decode_;
    auto feeder = flow::ImageFeeder::Create(std::move(images_), input, options, wall_);
    if (!feeder) return tl::unexpected(feeder.error());
    feeder_ = std::move(*feeder);
    if (auto first = feeder_->WaitForFirst(); !first) return Annotate("--images", first.error());
    return {};
  }

  Status StartControl(const ControllerOptions& options) {
    const TimePoint start = device_->clock().Now();
    if (auto ok = SetUpDisplay(options, start); !ok) return ok;
    recorder_ = std::make_unique<Recorder>(start, display_.get());
    if (auto ok = cap_->Start(start); !ok) return ok;
    if (reread_) reread_->Wake(cap_->wake_descriptor());
    ControllerParts parts = device_->parts();
    parts.cap = &cap_->cap();
    parts.sink = recorder_.get();
    auto controller = Controller::Create(options, parts);
    if (!controller) return tl::unexpected(controller.error());
    controller_ = std::move(*controller);
    if (auto ok = OpenOutputs(start); !ok) return ok;
    SayWhatRuns(options.policy.name);
    return {};
  }

  Status SetUpDisplay(const ControllerOptions& options, TimePoint start) {
    DisplayOptions shown{.view = texts_.view,
                         .once = texts_.once,
                         .quiet = global_.quiet,
                         .verbose = global_.verbose,
                         .emulated = device_->emulated(),
                         .model = texts_.model,
                         .device = device_->engine().Info().device,
                         .policy = options.policy.name,
                         .power_source = PowerKind(),
                         .results_path = texts_.output,
                         .start = start,
                         .stop = &StopAsked()};
    shown.status = [this, began = wall_.Now()] {
      const flow::FeederStatus now = feeder_->CurrentStatus();
      return PipelineStatus{.total_images = static_cast<std::int64_t>(now.images.images),
                            .total_is_final = now.images.final,
                            .input_wait_s = ToSeconds(now.input_wait),
                            .elapsed_s = ToSeconds(wall_.Now() - began),
                            .decode_threads = now.decode_threads,
                            .ready_images = static_cast<std::int64_t>(now.ready)};
    };
    auto display = MakeDisplay(shown, wall_);
    if (!display) return tl::unexpected(display.error());
    display_ = std::move(*display);
    return {};
  }

  [[nodiscard]] const char* PowerKind() const {
    switch (device_->meter_info().source) {
      case PowerSource::kEmulated:
        return "emulated time and power";
      case PowerSource::kEstimated:
        return "power is an estimate";
      case PowerSource::kReplayed:
        return "power is a replayed log";
      case PowerSource::kMeasured:
        return "power is measured";
    }
    return "";
  }

  // Last of all: a run that cannot start leaves the files of the run before.
  Status OpenOutputs(TimePoint start) {
    if (!texts_.trace.empty()) {
      if (auto ok = recorder_->OpenTrace(texts_.trace, start, texts_.resume); !ok) {
        return Annotate("--trace", ok.error());
      }
    }
    result_options_.display = display_.get();
    auto results = RunResults::Create(*feeder_, result_options_, earlier_ ? &*earlier_ : nullptr);
    if (!results) return Annotate("--output", results.error());
    results_ = std::move(*results);
    return {};
  }

  void SayWhatRuns(const std::string& policy) const {
    if (global_.quiet) return;
    const MeterInfo& meter = device_->meter_info();
    Say(fmt::format("images from {}, {} on {}, policy {}, power from {} ({})",
                    texts_.images == "-" ? "standard input" : texts_.images, texts_.model,
                    device_->engine().Info().device, policy, meter.name, PowerKind()));
  }

  int Report(const runtime::RunOutcome& outcome) {
    record::Summary summary = recorder_->Build();
    summary.policy = texts_.control.policy;
    summary.device = device_->engine().Info().device;
    summary.emulated = device_->emulated();
    summary.failed_images = results_->failed();
    record::FillInSetting(summary, controller_->setting(), cap_->cap().At(device_->clock().Now()));
    summary.input = InputFigures();
    if (global_.json) {
      PrintJson(record::ToJson(summary));
    } else if (!global_.quiet) {
      Print("{}", record::ToText(summary));
    }
    const bool images_missing = SayProblems();
    SayIfNothingWasEarlier();
    if (outcome.stopped) {
      Say("interrupted: the batch in work was finished, results so far are kept");
      return kInterrupted;
    }
    if (earlier_ && outcome.images == 0 && results_->failed() == 0 && !global_.quiet) {
      Say(fmt::format("{}: every image has its line: nothing was left to do", texts_.output));
    }
    if (outcome.images == 0 && results_->failed() > 0) {
      Say(fmt::format("none of the {} images could be used", results_->failed()));
      return kFailed;
    }
    if (images_missing) return kFailed;
    return SayIfCapNotMet(summary, global_);
  }

  [[nodiscard]] record::InputFigures InputFigures() const {
    const flow::FeederStatus status = feeder_->CurrentStatus();
    record::InputFigures figures;
    figures.wait_s = ToSeconds(status.input_wait);
    figures.wall_time_s = ToSeconds(wall_time_);
    figures.decode_threads = status.decode_threads;
    if (status.busy > Duration(0)) {
      figures.decode_limit_ips =
          static_cast<double>(status.decoded) * status.most_threads / ToSeconds(status.busy);
    }
    return figures;
  }

  // Results that were to be gone on with, and all images were run: odd, but allowed.
  void SayIfNothingWasEarlier() const {
    if (!earlier_ || earlier_->whole.lines == 0) return;
    const flow::StreamCount images = feeder_->CurrentStatus().images;
    if (!images.final || images.skipped > 0) return;
    Say(fmt::format("--resume: {}: none of its {} lines is of these images: all were run",
                    texts_.output, earlier_->whole.lines));
  }

  // Whether images are missing for them.
  bool SayProblems() {
    bool missing = false;
    for (const auto& problem : feeder_->DrainProblems()) {
      Say(problem.text);
      missing = missing || problem.images_missing;
    }
    return missing;
  }

  RunTexts texts_;
  const GlobalOptions& global_;
  flow::PreprocessOptions preprocess_;
  flow::DecodeOptions decode_;
  std::optional<ImageLayout> layout_;
  SteadyClock wall_;
  std::unique_ptr<RunDevice> device_;
  std::string model_path_;
  std::optional<flow::EarlierResults> earlier_;
  std::unique_ptr<flow::ImageStream> images_;  // until the feeder has it
  RunResults::Options result_options_;
  std::optional<CapSource> cap_;
  std::optional<RereadOnHangup> reread_;  // after what it wakes
  std::unique_ptr<flow::ImageFeeder> feeder_;
  std::unique_ptr<RunResults> results_;
  std::unique_ptr<Display> display_;  // uses what stands above
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Controller> controller_;
  Duration wall_time_{0};
};

int Run(const RunTexts& texts, const GlobalOptions& global) {
  Job job(texts, global);
  if (auto ok = job.SetUp(); !ok) return Fail(ok.error());
  return job.Run();
}

}  // namespace

void AddRun(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<RunTexts>();
  auto* command = app.add_subcommand("run", "Run a folder of images through a model, under a cap");
  AddRunOptions(*command, *texts);
  command->callback([texts, &global, &exit_code] { exit_code = Run(*texts, global); });
}

}  // namespace batchsizer::cli
