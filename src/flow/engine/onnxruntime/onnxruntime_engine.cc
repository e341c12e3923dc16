#include "flow/engine/onnxruntime/onnxruntime_engine.h"

#include <fmt/format.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "flow/engine/onnxruntime/float16.h"
#include "flow/engine/onnxruntime/library.h"
#include "flow/engine/onnxruntime/ort_error.h"
#include "flow/engine/onnxruntime/session.h"
#include "flow/engine/onnxruntime/value_cache.h"
#include "flow/model/image_input.h"

namespace batchsizer::flow {
namespace {

// The model's scores: which output, and its shape with the batch axis first.
struct Scores {
  std::string name;
  bool is_half = false;
  std::vector<std::int64_t> dims;
};

TensorInfo InfoOf(std::string name, const Ort::TypeInfo& type) {
  TensorInfo info{.name = std::move(name), .onnx_type = 0, .dims = {}};
  if (type.GetONNXType() != ONNX_TYPE_TENSOR) return info;
  const auto tensor = type.GetTensorTypeAndShapeInfo();
  info.onnx_type = tensor.GetElementType();
  info.dims = tensor.GetShape();
  return info;
}

std::vector<TensorInfo> InputsOf(const Ort::Session& session) {
  Ort::AllocatorWithDefaultOptions allocator;
  std::vector<TensorInfo> inputs;
  for (std::size_t i = 0; i < session.GetInputCount(); ++i) {
    inputs.push_back(
        InfoOf(session.GetInputNameAllocated(i, allocator).get(), session.GetInputTypeInfo(i)));
  }
  return inputs;
}

std::vector<std::string> OutputNamesOf(const Ort::Session& session) {
  Ort::AllocatorWithDefaultOptions allocator;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < session.GetOutputCount(); ++i) {
    names.emplace_back(session.GetOutputNameAllocated(i, allocator).get());
  }
  return names;
}

ONNXTensorElementDataType OrtTypeOf(ElementType type) {
  return static_cast<ONNXTensorElementDataType>(OnnxTypeOf(type));
}

std::vector<std::int64_t> InputDims(const InputSpec& spec) {
  if (spec.layout == ImageLayout::kNchw) return {1, spec.channels, spec.height, spec.width};
  return {1, spec.height, spec.width, spec.channels};
}

class OnnxRuntimeEngine final : public Engine {
 public:
  OnnxRuntimeEngine(EngineInfo info, bool warm_up, Ort::Env env,
                    std::unique_ptr<Ort::Session> session)
      : info_(std::move(info)),
        warm_up_(warm_up),
        env_(std::move(env)),
        session_(std::move(session)),
        host_(Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault)),
        input_dims_(InputDims(info_.input)) {}

  [[nodiscard]] const EngineInfo& Info() const override { return info_; }
  Status Prepare(BatchSize largest) override;
  Result<OutputBatch> Run(const InputBatch& batch) override;

  // Runs the smallest batch once and picks the output that scores classes: the
  // shapes that a model file declares may be open or missing.
  Status FindScores();

 private:
  Ort::Value MakeInput(const void* data, int batch);
  Ort::Value MakeOutput(int batch);
  std::vector<Ort::Value> RunForEveryOutput(const std::vector<std::string>& names, int batch);
  Status CheckBatch(const InputBatch& batch) const;
  Result<OutputBatch> RunChecked(const void* data, int batch);
  Result<OutputBatch> RunPadded(const InputBatch& batch);
  void Reserve(int batch);
  void Widen(std::size_t count);
  [[nodiscard]] std::string Doing(int batch) const;

  EngineInfo info_;
  bool warm_up_;
  Ort::Env env_;  // before session_: outlives it
  std::unique_ptr<Ort::Session> session_;
  Ort::MemoryInfo host_;
  std::vector<std::int64_t> input_dims_;  // [0] is set for each new handle
  Scores scores_;
  int reserved_ = 0;                   // batch size that the buffers have room for
  std::vector<std::byte> padded_;      // a partial batch for a fixed batch axis
  std::vector<float> floats_;          // what callers see
  std::vector<std::uint16_t> halves_;  // what a float16 model writes
  ValueCache<Ort::Value> inputs_;
  ValueCache<Ort::Value> outputs_;
};

Ort::Value OnnxRuntimeEngine::MakeInput(const void* data, int batch) {
  input_dims_[0] = batch;
  // The interface takes mutable memory for outputs' sake; inputs are only read.
  return Ort::Value::CreateTensor(
      host_, const_cast<void*>(data), info_.input.BytesPerRow() * static_cast<std::size_t>(batch),
      input_dims_.data(), input_dims_.size(), OrtTypeOf(info_.input.type));
}

Ort::Value OnnxRuntimeEngine::MakeOutput(int batch) {
  scores_.dims[0] = batch;
  const auto count = static_cast<std::size_t>(batch) * static_cast<std::size_t>(info_.classes);
  void* memory = scores_.is_half ? static_cast<void*>(halves_.data()) : floats_.data();
  const std::size_t bytes = count * (scores_.is_half ? sizeof(std::uint16_t) : sizeof(float));
  return Ort::Value::CreateTensor(
      host_, memory, bytes, scores_.dims.data(), scores_.dims.size(),
      OrtTypeOf(scores_.is_half ? ElementType::kFloat16 : ElementType::kFloat32));
}

std::vector<Ort::Value> OnnxRuntimeEngine::RunForEveryOutput(const std::vector<std::string>& names,
                                                             int batch) {
  const std::vector<std::byte> image(info_.input.BytesPerRow() * static_cast<std::size_t>(batch));
  const Ort::Value input = MakeInput(image.data(), batch);
  std::vector<const char*> wanted;
  wanted.reserve(names.size());
  for (const std::string& name : names) wanted.push_back(name.c_str());
  const char* input_name = info_.input.name.c_str();
  return session_->Run(Ort::RunOptions{nullptr}, &input_name, &input, 1, wanted.data(),
                       wanted.size());
}

Status OnnxRuntimeEngine::FindScores() {
  const int batch = info_.fixed_batch_size.value_or(BatchSize(1)).value();
  const auto names = OutputNamesOf(*session_);
  const auto values = RunForEveryOutput(names, batch);
  std::vector<TensorInfo> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    seen.push_back(InfoOf(names[i], values[i].GetTypeInfo()));
    const auto classes = ClassesOf(seen.back());
    if (!classes || seen.back().dims[0] != batch) continue;
    scores_ = {.name = names[i],
               .is_half = ElementTypeOf(seen.back().onnx_type) == ElementType::kFloat16,
               .dims = seen.back().dims};
    info_.classes = static_cast<int>(*classes);
    return {};
  }
  return MakeError(ErrorCode::kUnsupported,
                   fmt::format("{}: for {} image{} the outputs are {}; supported is a float32 or "
                               "float16 output shaped [N,C] or [N,C,1,1]",
                               info_.model, batch, batch == 1 ? "" : "s", Describe(seen)));
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
  Ort::Value& input = inputs_.Get(data, batch, [&] { return MakeInput(data, batch); });
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

Status OnnxRuntimeEngine::Prepare(BatchSize largest) {
  const int batch = info_.fixed_batch_size.value_or(largest).value();
  try {
    Reserve(batch);
    if (!warm_up_) return {};
    const std::vector<std::byte> images(info_.input.BytesPerRow() *
                                        static_cast<std::size_t>(batch));
    const auto ran = Run({.data = images.data(), .size = BatchSize(batch)});
    inputs_.Clear();  // the images are about to go
    if (!ran) return tl::unexpected(ran.error());
    return {};
  } catch (const std::exception& e) {
    return FromOrt(Doing(batch), e);
  }
}

EngineInfo DescribeEngine(const OnnxEngineOptions& options, const ImageInput& image) {
  return {.device = options.device,
          .model = options.model_name.empty() ? options.model_path : options.model_name,
          .input = image.spec,
          .classes = 0,
          .fixed_batch_size = image.fixed_batch_size};
}

Result<std::unique_ptr<Engine>> Create(const OnnxEngineOptions& options) {
  Ort::Env env(ORT_LOGGING_LEVEL_FATAL, "batchsizer");
  auto session = OpenSession(env, options);
  if (!session) return tl::unexpected(session.error());
  const auto image = FindImageInput(InputsOf(**session), options.image_size);
  if (!image) return tl::unexpected(Annotate(options.model_path, image.error()));
  auto engine = std::make_unique<OnnxRuntimeEngine>(
      DescribeEngine(options, *image), options.warm_up, std::move(env), std::move(*session));
  if (const Status found = engine->FindScores(); !found) return tl::unexpected(found.error());
  return engine;
}

}  // namespace

Result<std::unique_ptr<Engine>> CreateOnnxRuntimeEngine(const OnnxEngineOptions& options) {
  const auto& library = LoadOnnxRuntime();
  if (!library) return tl::unexpected(library.error());
  try {
    return Create(options);
  } catch (const std::exception& e) {
    return FromOrt(fmt::format("preparing {}", options.model_path), e);
  }
}

}  // namespace batchsizer::flow
