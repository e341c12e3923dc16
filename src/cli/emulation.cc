#include "cli/emulation.h"

#include <fmt/format.h>

#include <vector>

#include "cli/option_hints.h"
#include "flow/image/image_set.h"
#include "sim/curve.h"
#include "sim/curve_plant.h"
#include "sim/device/device_plant.h"
#include "sim/device/host_preparation.h"
#include "sim/device/known_devices.h"

namespace batchsizer::cli {
namespace {

constexpr std::string_view kCurve = "curve=";

Result<EmulatedPlant> OpenCurve(const std::string& path, const EmulationTexts& texts) {
  if (path.empty()) {
    return MakeError(ErrorCode::kInvalidInput,
                     "--device: no file is named; right would be emulated:curve=FILE");
  }
  if (auto ok = CheckNoEmulation(texts, "a curve"); !ok) return tl::unexpected(ok.error());
  auto curve = sim::Curve::Read(path);
  if (!curve) return Annotate("--device", curve.error());
  return EmulatedPlant{
      std::make_unique<sim::CurvePlant>(std::move(*curve), "emulated:curve"), {}, {}};
}

// A drawn set by its name, or the user's own copy by its path.
Result<std::vector<flow::ImageFacts>> ImagesOf(const std::string& dataset) {
  if (const auto kind = flow::ParseImageSetKind(dataset)) {
    return flow::DrawImageSet(*kind, flow::kPaperSetImages, flow::kImageSetSeed);
  }
  auto images = flow::ReadImageSet(dataset);
  if (!images) return Annotate("--dataset: imagenet, caltech256 or a folder", images.error());
  return images->images;
}

// What the host takes for each image; nothing without --dataset.
Result<std::optional<sim::ImageCosts>> CostsOf(const sim::HostConstants& host,
                                               const std::string& dataset) {
  if (dataset.empty()) return std::nullopt;
  const auto images = ImagesOf(dataset);
  if (!images) return tl::unexpected(images.error());
  return sim::ImageCosts(sim::PreparationSeconds(host, *images));
}

std::string HostOf(const sim::DeviceDescription& device, const EmulationTexts& texts) {
  if (!texts.host.empty()) return texts.host;
  return std::string(!texts.dataset.empty() && device.hosts.contains(sim::kPaperHost)
                         ? sim::kPaperHost
                         : sim::kNativeHost);
}

bool CostsNothing(const sim::HostConstants& host) {
  return host.per_image_ms == 0 && host.per_megapixel_ms == 0 && host.per_kib_ms == 0;
}

// Images that cost the host nothing would change nothing, silently.
Status CheckCosts(const sim::DeviceDescription& device, const std::string& name) {
  const auto host = device.hosts.find(name);
  if (host == device.hosts.end() || !CostsNothing(host->second)) return {};
  std::vector<std::string> right;
  for (const auto& [other, constants] : device.hosts) {
    if (!CostsNothing(constants)) right.push_back(fmt::format("--host {}", other));
  }
  right.emplace_back("a device's file (emulated:FILE.toml) whose host has a per_image_ms");
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("--dataset: preparing images costs host {} of {} nothing, so it "
                               "would change nothing; leave it out, or give {}",
                               name, device.name, fmt::join(right, ", or ")));
}

Result<EmulatedPlant> OpenDevice(const sim::DeviceDescription& device, const EmulationTexts& texts,
                                 const flow::ModelSummary& model) {
  const std::string name = HostOf(device, texts);
  if (!texts.dataset.empty()) {
    if (auto ok = CheckCosts(device, name); !ok) return tl::unexpected(ok.error());
  }
  sim::HostUse use{name, Duration(0)};
  const auto host = device.hosts.find(name);
  std::optional<sim::ImageCosts> costs;
  if (host != device.hosts.end()) {
    auto known = CostsOf(host->second, texts.dataset);
    if (!known) return tl::unexpected(known.error());
    costs = std::move(*known);
  }
  if (costs) use.preparation_per_image = costs->Mean();
  auto plant = sim::CreateDevicePlant(device, model, use);
  if (!plant && plant.error().code == ErrorCode::kNotFound) {
    return Annotate("--host", {ErrorCode::kInvalidInput, plant.error().message});
  }
  if (!plant) return tl::unexpected(plant.error());
  if (host->second.overlapped) costs.reset();
  return EmulatedPlant{std::move(*plant), std::move(costs), name};
}

}  // namespace

std::string WithoutEmulated(std::string_view device) {
  if (device.starts_with(kEmulatedPrefix)) device.remove_prefix(kEmulatedPrefix.size());
  return std::string(device);
}

void AddDeviceOption(CLI::App& command, std::string& device) {
  const auto known = sim::KnownDevices();
  std::vector<std::string> words{"auto", "cpu", "cuda:0"};
  for (const auto name : known) words.push_back(fmt::format("emulated:{}", name));
  words.emplace_back("emulated:curve=FILE");
  HintWords(command.add_option("--device", device,
                               fmt::format("auto, cpu, cuda:N, emulated:NAME ({}), "
                                           "emulated:FILE.toml, emulated:curve=FILE",
                                           fmt::join(known, ", "))),
            words)
      ->capture_default_str();
}

void AddEmulationOptions(CLI::App& command, EmulationTexts& texts) {
  HintWords(command.add_option("--host", texts.host,
                               "Emulated devices: what feeds them; native (default) prepares "
                               "images ahead, paper (default with --dataset) one after another "
                               "inside the batch"),
            {"native", "paper"});
  HintWords(command.add_option("--dataset", texts.dataset,
                               "Emulated devices: images whose preparation the host is charged "
                               "for: imagenet, caltech256 (drawn), or a folder"),
            {"imagenet", "caltech256"});
}

Result<EmulatedPlant> OpenEmulatedPlant(std::string_view what, const EmulationTexts& texts,
                                        const std::function<Result<flow::ModelSummary>()>& model) {
  if (what.starts_with(kCurve)) return OpenCurve(std::string(what.substr(kCurve.size())), texts);
  auto device = sim::LoadDevice(std::string(what));
  if (!device) return Annotate("--device", device.error());
  const auto summary = model();
  if (!summary) return tl::unexpected(summary.error());
  return OpenDevice(*device, texts, *summary);
}

Status CheckNoEmulation(const EmulationTexts& texts, std::string_view device) {
  const bool host = !texts.host.empty();
  if (!host && texts.dataset.empty()) return {};
  return MakeError(ErrorCode::kInvalidInput,
                   fmt::format("{}: only an emulated device has its host emulated, {} has not; "
                               "leave it out",
                               host ? "--host" : "--dataset", device));
}

}  // namespace batchsizer::cli
