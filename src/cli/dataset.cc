// batchsizer dataset: photos made up, for trying things out, and the two inputs of
// the paper's evaluation.
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "base/usable_cpus.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/json_output.h"
#include "cli/option_hints.h"
#include "cli/progress.h"
#include "cli/progress_bar.h"
#include "cli/terminal.h"
#include "flow/image/image_set.h"
#include "flow/image/set_photos.h"
#include "flow/image/synthetic.h"
#include "runtime/pieces.h"

namespace batchsizer::cli {
namespace {

constexpr int kMostImages = 10'000'000;

struct DatasetTexts {
  std::string out;
  std::string set;
  std::string measure;
  int count = 200;
  std::uint64_t seed = 1;
};

void AddMeans(nlohmann::ordered_json& json, const flow::ImageSetMeans& means) {
  json["mean_width"] = means.width;
  json["mean_height"] = means.height;
  json["mean_file_bytes"] = means.file_bytes;
}

std::string MeansText(const flow::ImageSetMeans& means) {
  return fmt::format("{:.0f} x {:.0f} pixels and {:.1f} KiB in the mean", means.width, means.height,
                     means.file_bytes / 1024);
}

// --measure: what a folder that is there is like.
int Measure(const std::string& path, const GlobalOptions& global) {
  const auto found = flow::ReadImageSet(path);
  if (!found) return Fail("--measure", found.error());
  for (const std::string& problem : found->problems) Say(problem);
  const flow::ImageSetMeans means = flow::MeansOf(found->images);
  if (global.json) {
    nlohmann::ordered_json json{
        {"folder", path}, {"images", found->images.size()}, {"broken", found->broken}};
    AddMeans(json, means);
    PrintJson(json);
  } else {
    Print("{}: {} images{}, {}\n", path, found->images.size(),
          found->broken > 0 ? fmt::format(" ({} more are broken)", found->broken) : "",
          MeansText(means));
  }
  return kDone;
}

// What is to be made: the camera-like photos of old, or those of a set.
struct Plan {
  std::optional<flow::ImageSetKind> kind;
  std::vector<flow::ImageFacts> facts;  // of a set
};

Status WriteOne(const DatasetTexts& texts, const Plan& plan, int index) {
  if (!plan.kind) return flow::WriteSyntheticPhoto(texts.out, texts.seed, index);
  return flow::WriteSetPhoto(texts.out, *plan.kind, plan.facts[static_cast<std::size_t>(index)],
                             texts.seed, index);
}

void Report(const DatasetTexts& texts, const Plan& plan, int count, const GlobalOptions& global) {
  if (global.json) {
    nlohmann::ordered_json json{{"folder", texts.out}, {"images", count}, {"seed", texts.seed}};
    if (plan.kind) {
      json["set"] = texts.set;
      AddMeans(json, flow::MeansOf(plan.facts));
    }
    PrintJson(json);
  } else if (global.quiet) {
    return;
  } else if (plan.kind) {
    Print("{}: {} JPEGs like {}'s, {}\n", texts.out, count, texts.set,
          MeansText(flow::MeansOf(plan.facts)));
  } else {
    Print("{}: {} camera-like JPEGs of ImageNet-like sizes\n", texts.out, count);
  }
}

int Make(const DatasetTexts& texts, const Plan& plan, const GlobalOptions& global) {
  if (auto made = flow::MakePhotoFolder(texts.out); !made) return Fail(made.error());
  OutliveReaders();  // a limit on files' sizes, too, is a write that fails
  const std::atomic<bool>& stop = StopOnSignals();
  const SteadyClock wall;
  runtime::PiecesDone done;
  {
    ProgressBar bar("photos", texts.count, !global.quiet && CanRewriteLine(), wall);
    done = runtime::DoPieces(texts.count, base::UsableCpus(), stop, [&](int index) {
      Status status = WriteOne(texts, plan, index);
      bar.Advance();
      return status;
    });
  }
  if (!done.status) {
    const Error& error = done.status.error();
    return Fail({error.code, fmt::format("{} ({} of {} photos are whole; the same command makes "
                                         "the rest)",
                                         error.message, done.count, texts.count)});
  }
  if (done.count == texts.count) {
    Report(texts, plan, done.count, global);
    return kDone;
  }
  if (global.json) Report(texts, plan, done.count, global);
  Say(fmt::format("interrupted: {} of {} photos are whole; the same command makes the rest",
                  done.count, texts.count));
  return kInterrupted;
}

int Dataset(const DatasetTexts& texts, const GlobalOptions& global) {
  if (!texts.measure.empty()) return Measure(texts.measure, global);
  if (texts.out.empty()) {
    return Fail({ErrorCode::kInvalidInput, "--out is required: the folder to write to"});
  }
  if (texts.count < 1 || texts.count > kMostImages) {
    return Fail({ErrorCode::kInvalidInput,
                 fmt::format("--count: {} is not 1 to {}", texts.count, kMostImages)});
  }
  Plan plan;
  if (!texts.set.empty()) {
    const auto kind = flow::ParseImageSetKind(texts.set);
    if (!kind) return Fail("--set", kind.error());
    plan.kind = *kind;
    plan.facts = flow::DrawImageSet(*kind, texts.count, texts.seed);
  }
  return Make(texts, plan, global);
}

}  // namespace

void AddDataset(CLI::App& app, const GlobalOptions& global, int& exit_code) {
  auto texts = std::make_shared<DatasetTexts>();
  auto* command = app.add_subcommand("dataset", "Make JPEGs of ImageNet-like or other sizes");
  command->footer(
      "Examples:\n"
      "  batchsizer dataset --out photos --count 200\n"
      "  batchsizer dataset --set caltech256 --out caltech --count 10000\n"
      "  batchsizer dataset --measure /data/ILSVRC2012/val");
  auto* out =
      HintFolder(command->add_option("--out", texts->out, "Folder to write to; made if missing"));
  auto* measure = HintFolder(command->add_option(
      "--measure", texts->measure, "Make nothing: tell sizes and bytes of images that are there"));
  auto* set =
      HintWords(command->add_option("--set", texts->set,
                                    "Sizes and bytes as in imagenet or caltech256 (default: "
                                    "camera-like photos, all of about ImageNet's mean)"),
                {"imagenet", "caltech256"});
  auto* count = command->add_option("--count", texts->count, "How many")->capture_default_str();
  auto* seed = command->add_option("--seed", texts->seed, "The same seed gives the same photos")
                   ->capture_default_str();
  for (auto* of_making : {out, set, count, seed}) measure->excludes(of_making);
  command->callback([texts, &global, &exit_code] { exit_code = Dataset(*texts, global); });
}

}  // namespace batchsizer::cli
