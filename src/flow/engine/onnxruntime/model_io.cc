#include "flow/engine/onnxruntime/model_io.h"

#include <fmt/format.h>
#include <onnxruntime_cxx_api.h>

#include <array>
#include <exception>
#include <new>
#include <optional>
#include <span>
#include <utility>

#include "flow/engine/onnxruntime/ort_error.h"
#include "flow/engine/onnxruntime/ort_message.h"

namespace batchsizer::flow {
namespace {

constexpr std::string_view kSupported =
    "supported is a float32 or float16 output shaped [N,C] or [N,C,1,1], N being the batch size";

TensorInfo InfoOf(std::string name, const Ort::TypeInfo& type) {
  TensorInfo info{.name = std::move(name), .onnx_type = 0, .dims = {}};
  if (type.GetONNXType() != ONNX_TYPE_TENSOR) return info;
  const auto tensor = type.GetTensorTypeAndShapeInfo();
  info.onnx_type = tensor.GetElementType();
  info.dims = tensor.GetShape();
  return info;
}

std::vector<std::string> OutputNamesOf(const Ort::Session& session) {
  Ort::AllocatorWithDefaultOptions allocator;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < session.GetOutputCount(); ++i) {
    names.emplace_back(session.GetOutputNameAllocated(i, allocator).get());
  }
  return names;
}

std::vector<TensorInfo> RunForEveryOutput(Ort::Session& session, const InputSpec& spec, int batch) {
  const auto images = EmptyImages(spec, batch);
  const auto host = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  const Ort::Value input = ImageTensor(host, spec, images.get(), batch);
  const auto names = OutputNamesOf(session);
  std::vector<const char*> wanted;
  wanted.reserve(names.size());
  for (const std::string& name : names) wanted.push_back(name.c_str());
  const char* input_name = spec.name.c_str();
  // What a try leaves behind would lie between the buffers of real batches.
  Ort::RunOptions options;
  options.AddConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
  const auto values = session.Run(options, &input_name, &input, 1, wanted.data(), wanted.size());
  std::vector<TensorInfo> outputs;
  for (std::size_t i = 0; i < values.size(); ++i) {
    outputs.push_back(InfoOf(names[i], values[i].GetTypeInfo()));
  }
  return outputs;
}

// What the outputs were for that many images.
struct Tried {
  int batch = 1;
  std::vector<TensorInfo> outputs;
};

std::string Images(int count) { return fmt::format("{} image{}", count, count == 1 ? "" : "s"); }

// Throws what the runtime throws.
Tried Try(Ort::Session& session, const ImageInput& image, int batch) {
  return {batch, RunForEveryOutput(session, image.spec, batch)};
}

tl::unexpected<Error> DoesNotRun(const std::string& model, const ImageInput& image, int batch,
                                 const std::exception& e) {
  auto error = RefuseModel(fmt::format("{}: running {}", model, Images(batch)), e);
  if (image.dynamic_image_size && error.value().code != ErrorCode::kOutOfMemory) {
    error.value().message += fmt::format("; it does not run at {}x{}; give the right --image-size",
                                         image.spec.height, image.spec.width);
  }
  return error;
}

bool ScoresBatch(const TensorInfo& output, int batch) {
  return ClassesOf(output) && output.dims[0] == batch;
}

std::optional<Scores> Pick(std::span<const Tried> runs) {
  for (std::size_t i = 0; i < runs[0].outputs.size(); ++i) {
    const TensorInfo& output = runs[0].outputs[i];
    bool always = true;
    for (const Tried& run : runs) {
      always = always && ScoresBatch(run.outputs[i], run.batch) &&
               ClassesOf(run.outputs[i]) == ClassesOf(output);
    }
    if (!always) continue;
    return Scores{.name = output.name,
                  .is_half = ElementTypeOf(output.onnx_type) == ElementType::kFloat16,
                  .dims = output.dims,
                  .classes = static_cast<int>(*ClassesOf(output))};
  }
  return std::nullopt;
}

tl::unexpected<Error> FixedInside(const std::string& model, std::string_view seen) {
  return MakeError(ErrorCode::kUnsupported,
                   fmt::format("{}: the model fixes its batch size inside the graph at 1: {}; {}; "
                               "export it with a dynamic batch axis",
                               model, seen, kSupported));
}

tl::unexpected<Error> NoScores(const std::string& model, std::span<const Tried> runs) {
  const auto seen = [&](const Tried& run) {
    return fmt::format("for {} the outputs are {}", Images(run.batch), Describe(run.outputs));
  };
  if (runs.size() > 1 && Pick(runs.first(1))) return FixedInside(model, seen(runs[1]));
  return MakeError(ErrorCode::kUnsupported,
                   fmt::format("{}: {}; {}", model, seen(runs[0]), kSupported));
}

}  // namespace

std::vector<TensorInfo> InputsOf(const Ort::Session& session) {
  Ort::AllocatorWithDefaultOptions allocator;
  std::vector<TensorInfo> inputs;
  for (std::size_t i = 0; i < session.GetInputCount(); ++i) {
    inputs.push_back(
        InfoOf(session.GetInputNameAllocated(i, allocator).get(), session.GetInputTypeInfo(i)));
  }
  return inputs;
}

// calloc hands out large zeros as pages that are not there until written to.
std::unique_ptr<void, FreeMemory> EmptyImages(const InputSpec& spec, int batch) {
  std::unique_ptr<void, FreeMemory> images(
      std::calloc(static_cast<std::size_t>(batch), spec.BytesPerRow()));
  if (images == nullptr) throw std::bad_alloc();
  return images;
}

Ort::Value ImageTensor(const Ort::MemoryInfo& host, const InputSpec& spec, const void* data,
                       int batch) {
  const bool nchw = spec.layout == ImageLayout::kNchw;
  const std::array<std::int64_t, 4> dims = {batch, nchw ? spec.channels : spec.height,
                                            nchw ? spec.height : spec.width,
                                            nchw ? spec.width : spec.channels};
  // The interface takes mutable memory for outputs' sake; inputs are only read.
  return Ort::Value::CreateTensor(
      host, const_cast<void*>(data), spec.BytesPerRow() * static_cast<std::size_t>(batch),
      dims.data(), dims.size(), static_cast<ONNXTensorElementDataType>(OnnxTypeOf(spec.type)));
}

Result<Scores> FindScores(Ort::Session& session, const ImageInput& image,
                          const std::string& model) {
  std::vector<Tried> runs;
  const int smallest = image.fixed_batch_size.value_or(BatchSize(1)).value();
  try {
    runs.push_back(Try(session, image, smallest));
  } catch (const std::exception& e) {
    return DoesNotRun(model, image, smallest, e);
  }
  try {
    if (!image.fixed_batch_size) runs.push_back(Try(session, image, 2));
  } catch (const std::exception& e) {
    // Where memory is enough for one image only, one at a time will do.
    if (CodeOf(e) != ErrorCode::kOutOfMemory) {
      return FixedInside(model,
                         fmt::format("it does not run 2 images: {}", PlainMessage(e.what())));
    }
  }
  if (auto scores = Pick(runs)) return *std::move(scores);
  return NoScores(model, runs);
}

}  // namespace batchsizer::flow
