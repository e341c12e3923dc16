// batchsizer run: a folder of images through a model, under a power cap.
#include <fmt/format.h>

#include <memory>

#include "base/usable_cpus.h"
#include "cli/cap_option.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/json_output.h"
#include "cli/model_option.h"
#include "cli/output_paths.h"
#include "cli/recorder.h"
#include "cli/run_device.h"
#include "cli/run_identity.h"
#include "cli/run_options.h"
#include "cli/run_results.h"
#include "cli/terminal.h"
#include "flow/batch/image_feeder.h"
#include "runtime/feeder_source.h"

namespace batchsizer::cli {
namespace {

tl::unexpected<Error> Invalid(std::string message) {
  return MakeError(ErrorCode::kInvalidInput, std::move(message));
}

Result<flow::ImageList> ImagesToRun(const RunTexts& texts) {
  auto listing = flow::ListImages(texts.images);
  if (!listing) return Annotate("--images", listing.error());
  for (const auto& folder : listing->unreadable) Say(folder);
  flow::ImageList images = std::move(listing->images);
  const std::size_t most = flow::ImageList::kMostImages / images.size();
  if (static_cast<std::size_t>(texts.repeat) > most) {
    return Invalid(fmt::format("--repeat: {} times {} images are too many; at most {} times",
                               texts.repeat, images.size(), most));
  }
  images.Repeat(static_cast<std::size_t>(texts.repeat));
  if (texts.max_images > 0) images.KeepFirst(static_cast<std::size_t>(texts.max_images));
  return images;
}

int DecodeThreads(int asked) {
  if (asked > 0) return asked;
  return std::max(1, base::UsableCpus() / 2);
}

// The parts of one run, made in the order in which they need each other.
class Job {
 public:
  Job(const RunTexts& texts, const GlobalOptions& global) : texts_(texts), global_(global) {}

  Status SetUp() {
    if (auto ok = CheckRunNumbers(texts_); !ok) return ok;
    auto options = ToControllerOptions(texts_.control);
    if (!options) return tl::unexpected(options.error());
    if (auto ok = CheckPolicyName(options->policy); !ok) return ok;
    if (auto ok = CheckFiles(); !ok) return ok;
    if (auto ok = SetUpDevice(); !ok) return ok;
    if (auto ok = SetUpResults(); !ok) return ok;
    if (auto ok = SetUpImages(); !ok) return ok;
    return SetUpControl(std::move(*options));
  }

  int Run() {
    OutliveReaders();
    runtime::FeederSource source(*feeder_);
    const auto outcome = runtime::RunAll({.engine = &device_->engine(),
                                          .source = &source,
                                          .controller = controller_.get(),
                                          .results = results_.get()},
                                         StopOnSignals());
    const Status results = results_->Close();
    const Status trace = recorder_->Close();
    progress_->Finish();
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
    return CheckOutputs(
        {{"--output", texts_.output},
         {"the journal of --output", results ? flow::JournalPath(texts_.output) : std::string()},
         {"--trace", texts_.trace}},
        {{"--model", texts_.model},
         PathAfter("--power-cap", "trace:", texts_.power_cap),
         PathAfter("--device", "emulated:curve=", texts_.device.device),
         PathAfter("--meter", "replay:", texts_.device.meter),
         PathAfter("--meter", "replay-loop:", texts_.device.meter)});
  }

  Status SetUpDevice() {
    auto path = ModelPath(texts_.model);
    if (!path) return tl::unexpected(path.error());
    DeviceRequest request = texts_.device;
    model_path_ = *path;
    request.model_path = *path;
    request.outputs = !texts_.no_outputs;
    auto device = RunDevice::Open(request);
    if (!device) return tl::unexpected(device.error());
    device_ = std::move(*device);
    auto cap = ParsePowerCap(texts_.power_cap, device_->meter_info().max_power);
    if (!cap) return tl::unexpected(cap.error());
    cap_steps_ = std::move(*cap);
    return {};
  }

  Status SetUpImages() {
    auto images = ImagesToRun(texts_);
    if (!images) return tl::unexpected(images.error());
    images_ = std::move(*images);
    if (earlier_) images_ = LeaveOutFinished(std::move(images_), *earlier_, texts_.output);
    return {};
  }

  // With --resume also what is there already: it tells which images are left.
  Status SetUpResults() {
    const auto preset = flow::ParsePreset(texts_.preprocess);
    if (!preset) return Annotate("--preprocess", preset.error());
    preprocess_.normalisation = flow::NormalisationOf(*preset);
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
    const BatchSize largest =
        std::max(policy.batch_sizes.back(), policy.fixed_batch_size.value_or(BatchSize(1)));
    if (policy.name == "oracle") policy.known_curve = device_->KnownCurve(policy.batch_sizes);
    if (auto ok = SetUpFeeder(largest); !ok) return ok;
    if (auto ok = device_->engine().Prepare(largest); !ok) return ok;
    return StartControl(options);
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
    flow::FeederOptions options;
    options.decode_threads = DecodeThreads(texts_.decode_threads);
    options.largest_batch = largest;
    options.preprocess = preprocess_;
    auto feeder =
        flow::ImageFeeder::Create(images_, device_->engine().Info().input, options, wall_);
    if (!feeder) return tl::unexpected(feeder.error());
    feeder_ = std::move(*feeder);
    return {};
  }

  Status StartControl(const ControllerOptions& options) {
    const TimePoint start = device_->clock().Now();
    progress_ = std::make_unique<Progress>(
        ProgressOptions{.rewrite_line = CanRewriteLine() && !global_.verbose,
                        .quiet = global_.quiet,
                        .verbose = global_.verbose,
                        .total_images = static_cast<std::int64_t>(images_.size()),
                        .emulated = device_->emulated()},
        start, wall_);
    recorder_ = std::make_unique<Recorder>(start, progress_.get());
    auto cap = SteppedCap::Create(cap_steps_, start);
    if (!cap) return tl::unexpected(cap.error());
    cap_.emplace(std::move(*cap));
    ControllerParts parts = device_->parts();
    parts.cap = &*cap_;
    parts.sink = recorder_.get();
    auto controller = Controller::Create(options, parts);
    if (!controller) return tl::unexpected(controller.error());
    controller_ = std::move(*controller);
    if (auto ok = OpenOutputs(start); !ok) return ok;
    SayWhatRuns(options.policy.name);
    return {};
  }

  // Last of all: a run that cannot start leaves the files of the run before.
  Status OpenOutputs(TimePoint start) {
    if (!texts_.trace.empty()) {
      if (auto ok = recorder_->OpenTrace(texts_.trace, start, texts_.resume); !ok) {
        return Annotate("--trace", ok.error());
      }
    }
    result_options_.progress = progress_.get();
    auto results = RunResults::Create(*feeder_, result_options_, earlier_ ? &*earlier_ : nullptr);
    if (!results) return Annotate("--output", results.error());
    results_ = std::move(*results);
    return {};
  }

  void SayWhatRuns(const std::string& policy) const {
    if (global_.quiet) return;
    const MeterInfo& meter = device_->meter_info();
    const char* kind = meter.source == PowerSource::kEmulated    ? "emulated time and power"
                       : meter.source == PowerSource::kEstimated ? "power is an estimate"
                       : meter.source == PowerSource::kReplayed  ? "power is a replayed log"
                                                                 : "power is measured";
    Say(fmt::format("{} images, {} on {}, policy {}, power from {} ({})", images_.size(),
                    texts_.model, device_->engine().Info().device, policy, meter.name, kind));
  }

  int Report(const runtime::RunOutcome& outcome) {
    record::Summary summary = recorder_->Build();
    summary.policy = texts_.control.policy;
    summary.device = device_->engine().Info().device;
    summary.emulated = device_->emulated();
    summary.failed_images = results_->failed();
    record::FillInSetting(summary, controller_->setting(), cap_->At(device_->clock().Now()));
    summary.input_wait_s = ToSeconds(feeder_->InputWait());
    if (global_.json) {
      PrintJson(record::ToJson(summary));
    } else if (!global_.quiet) {
      Print("{}", record::ToText(summary));
    }
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
    return SayIfCapNotMet(summary, global_);
  }

  const RunTexts& texts_;
  const GlobalOptions& global_;
  SteadyClock wall_;
  std::unique_ptr<RunDevice> device_;
  std::string model_path_;
  flow::PreprocessOptions preprocess_;
  flow::ImageList images_;
  RunResults::Options result_options_;
  std::optional<flow::EarlierResults> earlier_;
  std::vector<SteppedCap::Step> cap_steps_;
  std::optional<SteppedCap> cap_;
  std::unique_ptr<flow::ImageFeeder> feeder_;
  std::unique_ptr<RunResults> results_;
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Controller> controller_;
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
