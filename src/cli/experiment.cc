// batchsizer experiment: the paper's evaluation, as a report.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/usable_cpus.h"
#include "cli/commands.h"
#include "cli/emulation.h"
#include "cli/interrupt.h"
#include "cli/json_output.h"
#include "cli/option_hints.h"
#include "cli/progress.h"
#include "cli/progress_bar.h"
#include "cli/terminal.h"
#include "flow/image/image_set.h"
#include "record/report/report_folder.h"
#include "sim/device/known_devices.h"
#include "sim/experiment/paper_experiment.h"
#include "sim/experiment/paper_report.h"
#include "sim/experiment/tables.h"

namespace batchsizer::cli {
namespace {

struct PaperTexts {
  std::string out;
  std::string jobs = "all";
  std::string policies = "all";
  std::string device = "p40";
  std::string imagenet;
  std::string caltech256;
  std::int64_t images = 10000;
  std::uint64_t seed = 1;
};

constexpr std::int64_t kMostImages = 1'000'000;

// Of the user's own copy; empty without a path. Broken images are named.
Result<std::vector<flow::ImageFacts>> OwnSet(std::string_view option, const std::string& path) {
  if (path.empty()) return std::vector<flow::ImageFacts>{};
  auto found = flow::ReadImageSet(path);
  if (!found) return Annotate(option, found.error());
  for (const std::string& problem : found->problems) Say(problem);
  if (found->broken > 0) Say(fmt::format("{}: {} images left out", option, found->broken));
  return std::move(found->images);
}

Result<sim::InputSets> OwnSets(const PaperTexts& texts) {
  auto imagenet = OwnSet("--imagenet", texts.imagenet);
  if (!imagenet) return tl::unexpected(imagenet.error());
  auto caltech256 = OwnSet("--caltech256", texts.caltech256);
  if (!caltech256) return tl::unexpected(caltech256.error());
  return sim::InputSets{.imagenet = std::move(*imagenet), .caltech256 = std::move(*caltech256)};
}

// As a shell takes it.
std::string Quoted(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,:";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

// What makes the same once more: the options that are not as they are by themselves.
std::string CommandOf(const PaperTexts& texts) {
  const PaperTexts usual;
  std::string command = sim::kPaperCommand;
  const auto add = [&](std::string_view option, const std::string& value,
                       const std::string& otherwise) {
    if (value != otherwise) command += fmt::format(" {} {}", option, Quoted(value));
  };
  add("--jobs", texts.jobs, usual.jobs);
  add("--policies", texts.policies, usual.policies);
  add("--device", texts.device, usual.device);
  add("--imagenet", texts.imagenet, usual.imagenet);
  add("--caltech256", texts.caltech256, usual.caltech256);
  add("--images", fmt::to_string(texts.images), fmt::to_string(usual.images));
  add("--seed", fmt::to_string(texts.seed), fmt::to_string(usual.seed));
  return command;
}

Result<sim::PaperOptions> ToOptions(const PaperTexts& texts) {
  auto jobs = sim::ParseJobs(texts.jobs);
  if (!jobs) return Annotate("--jobs", jobs.error());
  auto policies = sim::ParsePolicies(texts.policies);
  if (!policies) return Annotate("--policies", policies.error());
  if (texts.images < 1 || texts.images > kMostImages) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("--images: {} is outside 1 to {}", texts.images, kMostImages));
  }
  auto device = sim::LoadDevice(texts.device);
  if (!device) return Annotate("--device", device.error());
  auto own_sets = OwnSets(texts);
  if (!own_sets) return tl::unexpected(own_sets.error());
  return sim::PaperOptions{.device = std::move(*device),
                           .jobs = std::move(*jobs),
                           .policies = std::move(*policies),
                           .images = texts.images,
                           .seed = texts.seed,
                           .own_sets = std::move(*own_sets),
                           .command = CommandOf(texts),
                           .threads = base::UsableCpus()};
}

void PrintResults(const PaperTexts& texts, const sim::PaperResults& results,
                  const record::Report& report, const GlobalOptions& global) {
  const std::string page = std::filesystem::path(texts.out) / "report.html";
  if (global.json) {
    PrintJson({{"report", page},
               {"jobs", results.jobs.size()},
               {"policies", results.policies},
               {"images", results.images},
               {"seed", results.seed},
               {"device", results.device.name},
               {"emulated", true}});
    return;
  }
  if (global.quiet) return;
  for (const record::Tile& tile : report.tiles) {
    Print("{:<24}{} {}  ({})\n", tile.label, tile.value, tile.unit, tile.note);
  }
  Print("{}: emulated\n", page);
}

Result<std::optional<sim::PaperResults>> RunWithBar(sim::PaperOptions options, bool shown) {
  const SteadyClock wall;
  ProgressBar bar("steps", sim::StepsOf(options), shown, wall);
  options.step_done = [&bar] { bar.Advance(); };
  return sim::RunPaper(options);
}

int Paper(PaperTexts texts, const GlobalOptions& global) {
  texts.device = WithoutEmulated(texts.device);
  // Lists in a configuration file come on lines.
  for (std::string* list : {&texts.jobs, &texts.policies}) {
    std::replace(list->begin(), list->end(), '\n', ',');
  }
  auto options = ToOptions(texts);
  if (!options) return Fail(options.error());
  if (auto ok = record::CheckReportFolder(texts.out); !ok) return Fail("--out", ok.error());
  OutliveReaders();  // a limit on files' sizes, too, is a write that fails
  options->stop = &StopOnSignals();
  const auto results = RunWithBar(*options, !global.quiet && CanRewriteLine());
  if (!results) return Fail(results.error());
  if (!*results) {
    Say("interrupted: nothing was written");
    return kInterrupted;
  }
  record::Report report = sim::PaperReport(**results);
  report.made_by = fmt::format("batchsizer {}, seed {}", BATCHSIZER_VERSION, texts.seed);
  if (auto ok = record::WriteReportFolder(report, texts.out); !ok) return Fail("--out", ok.error());
  PrintResults(texts, **results, report, global);
  return kDone;
}

void AddPaper(CLI::App& experiment, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<PaperTexts>();
  auto* command = experiment.add_subcommand(
      "paper", "The paper's tables and figures on an emulated Tesla P40, as one page and CSVs");
  command->footer(
      "Examples:\n"
      "  batchsizer experiment paper --out paper\n"
      "  batchsizer experiment paper --out three --jobs 1,5,19 --policies paper,dvfs,batchsizer");
  HintFolder(command->add_option("--out", texts->out,
                                 "Folder to write to; made if missing, with those above it"))
      ->required();
  HintWords(
      command->add_option("--jobs", texts->jobs, "Which of the twenty: 1,5,19 or 1..10, or all"),
      {"all"})
      ->join()
      ->capture_default_str();
  const auto known = sim::PoliciesToCompare();
  HintWords(command->add_option(
                "--policies", texts->policies,
                fmt::format("Which, with commas between, or all: {}", fmt::join(known, ","))),
            known)
      ->join()
      ->capture_default_str();
  const auto devices = sim::KnownDevices();
  Hint(command->add_option(
           "--device", texts->device,
           fmt::format("What is emulated: {}, or a device's TOML file", fmt::join(devices, ", "))),
       {.words = {devices.begin(), devices.end()}, .files = true})
      ->capture_default_str();
  HintFolder(command->add_option("--imagenet", texts->imagenet,
                                 "Your own copy of ImageNet: its images' sizes, not drawn ones"));
  HintFolder(
      command->add_option("--caltech256", texts->caltech256,
                          "Your own copy of Caltech-256: its images' sizes, not drawn ones"));
  command->add_option("--images", texts->images, "Images a job")->capture_default_str();
  command->add_option("--seed", texts->seed, "Seed of the images' order and sizes")
      ->capture_default_str();
  command->callback([texts, &global, &exit_code] { exit_code = Paper(*texts, global); });
}

}  // namespace

void AddExperiment(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto* command = app.add_subcommand("experiment", "The paper's evaluation, reproduced");
  command->footer("Example:\n  batchsizer experiment paper --out paper");
  command->require_subcommand(1);
  AddPaper(*command, global, exit_code);
}

}  // namespace batchsizer::cli
