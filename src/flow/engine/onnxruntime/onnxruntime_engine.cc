#include "flow/engine/onnxruntime/onnxruntime_engine.h"

#include <fmt/format.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "flow/engine/onnxruntime/library.h"
#include "flow/engine/onnxruntime/model_io.h"
#include "flow/engine/onnxruntime/ort_error.h"
#include "flow/engine/onnxruntime/session.h"
#include "flow/engine/onnxruntime/value_cache.h"
#include "flow/model/float16.h"
#include "flow/model/image_input.h"

namespace batchsizer::flow {
namespace {

// A ring of 512 images at 16 batch sizes.
constexpr std::size_t kMostInputHandles = 8192;
constexpr std::size_t kMostOutputHandles = 512;

class OnnxRuntimeEngine final : public Engine {
 public:
  OnnxRuntimeEngine(EngineInfo info, Scores scores, bool warm_up, Ort::Env env,
                    std::unique_ptr<Ort::Session> session)
      : info_(std::move(info)),
        warm_up_(warm_up),
        env_(std::move(env)),
        session_(std::move(session)),
        host_(Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault)),
        scores_(std::move(scores)) {}

  [[nodiscard]] const EngineInfo& Info() const override { return info_; }
  Status Prepare(BatchSize largest) override;
  Result<OutputBatch> Run(const InputBatch& batch) override;

 private:
  Ort::Value MakeOutput(int batch);
  Status CheckBatch(const InputBatch& batch) const;
  Result<OutputBatch> RunChecked(const void* data, int batch);
  Result<OutputBatch> RunPadded(const InputBatch& batch);
  void Reserve(int batch);
  Status WarmUp(int batch);
  void Widen(std::size_t count);
  [[nodiscard]] std::string Doing(int batch) const;

  EngineInfo info_;
  bool warm_up_;
  Ort::Env env_;  // before session_: outlives it
  std::unique_ptr<Ort::Session> session_;
  Ort::MemoryInfo host_;
  Scores scores_;                      // dims[0] is set for each new handle
  int reserved_ = 0;                   // batch size that the buffers have room for
  std::vector<std::byte> padded_;      // a partial batch for a fixed batch axis
  std::vector<float> floats_;          // what callers see
  std::vector<std::uint16_t> halves_;  // what a float16 model writes
  ValueCache<Ort::Value> inputs_{kMostInputHandles};
  ValueCache<Ort::Value> outputs_{kMostOutputHandles};
};

Ort::Value OnnxRuntimeEngine::MakeOutput(int batch) {
  scores_.dims[0] = batch;
  const auto count = static_cast<std::size_t>(batch) * static_cast<std::size_t>(info_.classes);
  void* memory = scores_.is_half ? static_cast<void*>(halves_.data()) : floats_.data();
  const std::size_t bytes = count * (scores_.is_half ? sizeof(std::uint16_t) : sizeof(float));
  return Ort::Value::CreateTensor(host_, memory, bytes, scores_.dims.data(), scores_.dims.size(),
                                  scores_.is_half ? ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16
                                                  : ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT);
}

void OnnxRuntimeEngine::Reserve(int batch) {
  if (batch <= reserved_) return;
  outputs_.Clear();  // they point into the buffers that are about to move
  const auto count = static_cast<std::size_t>(batch) * static_cast<std::size_t>(info_.classes);
  reserved_ = 0;
  floats_.resize(count);
  if (scores_.is_half) halves_.resize(count);
  reserved_ = batch;
}

void OnnxRuntimeEngine::Widen(std::size_t count) {
  std::transform(halves_.begin(), halves_.begin() + static_cast<std::ptrdiff_t>(count),
                 floats_.begin(), HalfToFloat);
}

std::string OnnxRuntimeEngine::Doing(int batch) const {
  return fmt::format("{}: running a batch of {} on {}", info_.model, batch, info_.device);
}

Status OnnxRuntimeEngine::CheckBatch(const InputBatch& batch) const {
  if (batch.size.value() < 1 || batch.data == nullptr) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: a batch of {} images at {}; needed is at least one image",
                                 info_.model, batch.size.value(), batch.data));
  }
  if (info_.fixed_batch_size && batch.size > *info_.fixed_batch_size) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: the model fixes the batch size at {}; {} images do not fit",
                                 info_.model, info_.fixed_batch_size->value(), batch.size.value()));
  }
  return {};
}

Result<OutputBatch> OnnxRuntimeEngine::RunChecked(const void* data, int batch) {
  Reserve(batch);
  Ort::Value& input =
      inputs_.Get(data, batch, [&] { return ImageTensor(host_, info_.input, data, batch); });
  Ort::Value& output = outputs_.Get(nullptr, batch, [&] { return MakeOutput(batch); });
  const char* input_name = info_.input.name.c_str();
  const char* output_name = scores_.name.c_str();
  session_->Run(Ort::RunOptions{nullptr}, &input_name, &input, 1, &output_name, &output, 1);
  const auto count = static_cast<std::size_t>(batch) * static_cast<std::size_t>(info_.classes);
  if (scores_.is_half) Widen(count);
  return OutputBatch{.scores = std::span(floats_).first(count), .classes = info_.classes};
}

// The last images of a run may be fewer than a fixed batch axis wants: the rest
// of the batch is zeros, and its scores are dropped.
Result<OutputBatch> OnnxRuntimeEngine::RunPadded(const InputBatch& batch) {
  const auto row = info_.input.BytesPerRow();
  const auto rows = static_cast<std::size_t>(batch.size.value());
  padded_.assign(row * static_cast<std::size_t>(info_.fixed_batch_size->value()), std::byte{0});
  std::memcpy(padded_.data(), batch.data, row * rows);
  auto output = RunChecked(padded_.data(), info_.fixed_batch_size->value());
  if (output) {
    output->scores = output->scores.first(rows * static_cast<std::size_t>(info_.classes));
  }
  return output;
}

Result<OutputBatch> OnnxRuntimeEngine::Run(const InputBatch& batch) {
  if (const Status checked = CheckBatch(batch); !checked) return tl::unexpected(checked.error());
  try {
    const bool partial = info_.fixed_batch_size && batch.size < *info_.fixed_batch_size;
    return partial ? RunPadded(batch) : RunChecked(batch.data, batch.size.value());
  } catch (const std::exception& e) {
    return FromOrt(Doing(batch.size.value()), e);
  }
}

Status OnnxRuntimeEngine::WarmUp(int batch) {
  const auto images = EmptyImages(info_.input, batch);
  const auto ran = Run({.data = images.get(), .size = BatchSize(batch)});
  inputs_.Clear();  // the images are about to go
  if (!ran) return tl::unexpected(ran.error());
  return {};
}

Status OnnxRuntimeEngine::Prepare(BatchSize largest) {
  const int smallest = info_.fixed_batch_size.value_or(BatchSize(1)).value();
  try {
    Reserve(info_.fixed_batch_size.value_or(largest).value());
    if (smallest > 1) {
      padded_.reserve(info_.input.BytesPerRow() * static_cast<std::size_t>(smallest));
    }
    // Nothing larger: its power and its memory are for the controller to find out.
    return warm_up_ ? WarmUp(smallest) : Status();
  } catch (const std::exception& e) {
    return FromOrt(fmt::format("{}: making room for batches of {}", info_.model, largest.value()),
                   e);
  }
}

std::string NameOf(const OnnxEngineOptions& options) {
  return options.model_name.empty() ? options.model_path : options.model_name;
}

Result<std::unique_ptr<Engine>> Create(const OnnxEngineOptions& options) {
  const std::string name = NameOf(options);
  Ort::Env env(ORT_LOGGING_LEVEL_FATAL, "batchsizer");
  auto session = OpenSession(env, options);
  if (!session) return tl::unexpected(session.error());
  const auto image = FindImageInput(InputsOf(**session), options.image_size, options.layout);
  if (!image) return tl::unexpected(Annotate(name, image.error()));
  auto scores = FindScores(**session, *image, name);
  if (!scores) return tl::unexpected(scores.error());
  EngineInfo info{.device = options.device,
                  .model = name,
                  .input = image->spec,
                  .classes = scores->classes,
                  .fixed_batch_size = image->fixed_batch_size};
  return std::make_unique<OnnxRuntimeEngine>(std::move(info), *std::move(scores), options.warm_up,
                                             std::move(env), std::move(*session));
}

}  // namespace

Result<std::unique_ptr<Engine>> CreateOnnxRuntimeEngine(const OnnxEngineOptions& options) {
  const auto& library = LoadOnnxRuntime();
  if (!library) return tl::unexpected(library.error());
  try {
    return Create(options);
  } catch (const std::exception& e) {
    return RefuseModel(fmt::format("preparing {}", NameOf(options)), e);
  }
}

}  // namespace batchsizer::flow
