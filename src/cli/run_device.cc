#include "cli/run_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "batchsizer/meters.h"
#include "flow/batch/image_feeder.h"
#include "flow/engine/none/none_engine.h"
#include "flow/engine/onnxruntime/onnxruntime_engine.h"
#include "flow/model/summarise.h"
#include "flow/model/zoo.h"
#include "sim/device/known_devices.h"
#include "sim/device/make_curve.h"
#include "sim/emulated_engine.h"

namespace batchsizer::cli {
namespace {

Result<flow::ModelSummary> SummariseModel(const DeviceRequest& request) {
  constexpr std::string_view kZoo = "zoo:";
  const flow::SummaryOptions options{.image_size = request.image_size, .layout = request.layout};
  const std::string_view path = request.model_path;
  if (!path.starts_with(kZoo)) return flow::SummariseFile(request.model_path, options);
  return flow::SummariseZooModel(path.substr(kZoo.size()), options);
}

Result<std::unique_ptr<Engine>> OpenEngine(const DeviceRequest& request,
                                           const std::string& device) {
  const bool real = device == request.device || request.device == "auto";
  return flow::CreateOnnxRuntimeEngine({.model_path = request.model_path,
                                        .device = device,
                                        .threads = request.threads,
                                        .image_size = request.image_size,
                                        .layout = request.layout,
                                        .warm_up = real});
}

Result<std::unique_ptr<Engine>> OpenWithoutOutputs(const DeviceRequest& request) {
  const auto model = SummariseModel(request);
  if (!model) return tl::unexpected(model.error());
  EngineInfo info;
  info.model = request.model_path;
  info.input = model->input;
  info.fixed_batch_size = model->fixed_batch_size;
  return std::make_unique<flow::NoneEngine>(std::move(info));
}

// Whose fault it is. ONNX Runtime says little of a file that is no model; our own
// reader says what it is.
tl::unexpected<Error> WhyNotOpened(const DeviceRequest& request, const Error& engine_error) {
  if (engine_error.code == ErrorCode::kUnavailable) return Annotate("--device", engine_error);
  const auto model = SummariseModel(request);
  Error error = model ? engine_error : model.error();
  if (error.code == ErrorCode::kNotFound) error.message += "; an .onnx file or zoo:NAME is needed";
  return Annotate("--model", error);
}

bool IsCuda(std::string_view device) {
  constexpr std::string_view kCuda = "cuda:";
  constexpr long long kMostDevices = 1024;  // the engine's limit
  if (!device.starts_with(kCuda)) return false;
  const auto index = base::ParseInteger(device.substr(kCuda.size()));
  return index && *index >= 0 && *index < kMostDevices;
}

Error UnknownDevice(std::string_view device) {
  std::vector<std::string> known{"auto", "cpu", "cuda:0"};
  for (const auto name : sim::KnownDevices()) known.push_back(fmt::format("emulated:{}", name));
  known.emplace_back("emulated:curve=FILE");
  const std::vector<std::string_view> words(known.begin(), known.end());
  const auto nearest = base::Nearest(device, words);
  return {ErrorCode::kInvalidInput,
          fmt::format("--device: '{}' is not known; {}", device,
                      nearest ? fmt::format("did you mean '{}'?", *nearest)
                              : fmt::format("known: {}", fmt::join(known, ", ")))};
}

}  // namespace

Result<std::unique_ptr<RunDevice>> RunDevice::Open(const DeviceRequest& request) {
  std::unique_ptr<RunDevice> device(new RunDevice());
  device->memory_bytes_ = request.memory_bytes;
  // No GPU meter in this version: auto means the CPU.
  const std::string name = request.device == "auto" ? "cpu" : request.device;
  Status opened;
  if (name.starts_with(kEmulatedPrefix)) {
    opened = device->OpenEmulated(request, name.substr(kEmulatedPrefix.size()));
  } else if (name == "cpu" || IsCuda(name)) {
    opened = device->OpenReal(request, name);
  } else {
    return tl::unexpected(UnknownDevice(name));
  }
  if (!opened) return tl::unexpected(opened.error());
  return device;
}

Status RunDevice::OpenReal(const DeviceRequest& request, const std::string& device) {
  if (auto ok = CheckNoEmulation(request.emulation, device); !ok) return ok;
  if (request.real_time) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("--real-time: only an emulated device can take its time or not; "
                                 "{} always does; leave it out",
                                 device));
  }
  if (!request.outputs) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("--no-outputs: only an emulated device can go without; {} works "
                                 "by computing",
                                 device));
  }
  auto engine = OpenEngine(request, device);
  if (!engine) return WhyNotOpened(request, engine.error());
  engine_ = std::move(*engine);
  if (device != "cpu" && request.meter == "auto") {
    return MakeError(ErrorCode::kUnsupported,
                     fmt::format("--meter: this version has no power meter for {}; give one, such "
                                 "as replay:FILE",
                                 device));
  }
  auto meter = OpenPowerMeter(request.meter, steady_);
  if (!meter) return Annotate("--meter", meter.error());
  meter_ = SampleInBackground(std::move(*meter));
  return {};
}

Status RunDevice::OpenEmulated(const DeviceRequest& request, const std::string& what) {
  if (request.meter != "auto") {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("--meter: an emulated device has a meter of its own; leave '{}' "
                                 "out, or choose another --device",
                                 request.meter));
  }
  auto engine = request.outputs ? OpenEngine(request, "cpu") : OpenWithoutOutputs(request);
  if (!engine) return WhyNotOpened(request, engine.error());
  engine_ = std::move(*engine);
  const auto summarise = [&]() -> Result<flow::ModelSummary> {
    auto model = SummariseModel(request);
    if (!model) return Annotate("--model", model.error());
    return model;
  };
  auto emulated = OpenEmulatedPlant(what, request.emulation, summarise);
  if (!emulated) return tl::unexpected(emulated.error());
  host_ = emulated->host;
  accelerator_ = std::make_unique<sim::EmulatedAccelerator>(
      std::move(emulated->plant),
      sim::EmulationOptions{
          .noise = 0.0, .seed = request.seed, .images = std::move(emulated->images)});
  emulated_engine_ = std::make_unique<sim::EmulatedEngine>(*engine_, *accelerator_,
                                                           request.real_time ? &steady_ : nullptr);
  return {};
}

const Clock& RunDevice::clock() const {
  if (accelerator_) return accelerator_->clock();
  return steady_;
}

const MeterInfo& RunDevice::meter_info() const {
  return accelerator_ ? accelerator_->Info() : meter_->Info();
}

ControllerParts RunDevice::parts() {
  ControllerParts parts;
  parts.clock = &clock();
  if (accelerator_) {
    parts.meter = accelerator_.get();
    parts.clock_knob = accelerator_.get();
    parts.truth = accelerator_.get();
  } else {
    parts.meter = meter_.get();
  }
  return parts;
}

BatchSize RunDevice::Largest() const {
  if (!accelerator_) return BatchSize(std::numeric_limits<int>::max());
  return accelerator_->plant().Info().largest;
}

std::vector<BatchSize> RunDevice::DefaultBatchSizes(BatchSize most) const {
  if (const auto fixed = engine_->Info().fixed_batch_size) return {*fixed};
  const BatchSize smallest = accelerator_ ? accelerator_->plant().Info().smallest : BatchSize(1);
  const auto fitting = static_cast<int>(std::clamp<std::size_t>(MostRows(), 1, 1U << 30U));
  const BatchSize largest = std::max(smallest, std::min({Largest(), most, BatchSize(fitting)}));
  return sim::DefaultBatchSizes(smallest, largest);
}

// How many images may be in memory at a time.
std::size_t RunDevice::MostRows() const {
  return memory_bytes_ / std::max<std::size_t>(1, engine_->Info().input.BytesPerRow());
}

Status RunDevice::CheckBatchSizes(std::string_view option,
                                  const std::vector<BatchSize>& sizes) const {
  if (sizes.empty()) return {};
  const auto fixed = engine_->Info().fixed_batch_size;
  if (fixed && sizes != std::vector<BatchSize>{*fixed}) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{0}: the model's batch axis is fixed at {1}; only {1} can be "
                                 "used. Export the model with a dynamic batch axis to let the "
                                 "batch size change",
                                 option, fixed->value()));
  }
  const std::string from =
      fixed ? fmt::format("--model: its batch axis is fixed at {}", fixed->value())
            : std::string(option);
  if (static_cast<std::size_t>(sizes.back().value()) > MostRows()) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: batches of {} images of {} bytes do not fit into the {} "
                                 "MiB allowed for images; at most {} fit",
                                 from, sizes.back().value(), engine_->Info().input.BytesPerRow(),
                                 memory_bytes_ >> 20U, MostRows()));
  }
  if (!accelerator_) return {};
  const auto& plant = accelerator_->plant().Info();
  if (sizes.front() < plant.smallest || sizes.back() > plant.largest) {
    const BatchSize wrong = sizes.front() < plant.smallest ? sizes.front() : sizes.back();
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("{}: {} runs batch sizes {} to {}, not {}", from, meter_info().name,
                    plant.smallest.value(), plant.largest.value(), wrong.value()));
  }
  return {};
}

std::vector<CurvePoint> RunDevice::KnownCurve(const std::vector<BatchSize>& sizes) {
  if (!accelerator_) return {};
  auto points = sim::MakeCurve(accelerator_->plant(), sizes, sim::PeakKind::kObserved);
  return points ? std::move(*points) : std::vector<CurvePoint>{};
}

}  // namespace batchsizer::cli
