#include "flow/engine/onnxruntime/session.h"

#include <fmt/format.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "base/usable_cpus.h"
#include "flow/engine/onnxruntime/library.h"
#include "flow/engine/onnxruntime/ort_error.h"

namespace batchsizer::flow {
namespace {

constexpr int kCpu = -1;
constexpr int kMostThreads = 1024;

int ThreadsOf(const OnnxEngineOptions& options) {
  if (options.threads > 0) return options.threads;
  return std::min(kMostThreads, base::UsableCpus());
}

bool HasProvider(std::string_view provider) {
  const auto providers = Ort::GetAvailableProviders();
  return std::find(providers.begin(), providers.end(), provider) != providers.end();
}

Status AddCuda(Ort::SessionOptions& session, int device) {
  if (!HasProvider("CUDAExecutionProvider")) {
    return MakeError(ErrorCode::kUnavailable,
                     fmt::format("device cuda:{}: the ONNX Runtime library {} is built without "
                                 "CUDA; install onnxruntime-gpu and set "
                                 "BATCHSIZER_ONNXRUNTIME_ROOT to the folder that holds its lib/",
                                 device, LoadOnnxRuntime()->path));
  }
  Ort::CUDAProviderOptions cuda;
  cuda.Update({{"device_id", std::to_string(device)}});
  session.AppendExecutionProvider_CUDA_V2(*cuda);
  return {};
}

Status AddProvider(Ort::SessionOptions& session, int device) {
  if (device == kCpu) return {};
  try {
    return AddCuda(session, device);
  } catch (const std::exception& e) {
    // Most often its own libraries (CUDA, cuDNN) or the device are not there.
    auto error = FromOrt(fmt::format("device cuda:{}", device), e);
    error.value().code = ErrorCode::kUnavailable;
    return error;
  }
}

Ort::SessionOptions BaseOptions(const OnnxEngineOptions& options) {
  Ort::SessionOptions session;
  session.SetIntraOpNumThreads(ThreadsOf(options));
  session.SetInterOpNumThreads(1);
  session.SetExecutionMode(ORT_SEQUENTIAL);
  session.SetGraphOptimizationLevel(ORT_ENABLE_ALL);
  session.SetLogSeverityLevel(ORT_LOGGING_LEVEL_FATAL);
  session.EnableCpuMemArena();
  // Waiting threads that spin take the core from those that work, and from the
  // image decoders: on two shared cores it halves the speed at batch size 1.
  session.AddConfigEntry("session.intra_op.allow_spinning", "0");
  return session;
}

Status CheckOptions(const OnnxEngineOptions& options) {
  if (options.threads < 0 || options.threads > kMostThreads) {
    return MakeError(
        ErrorCode::kInvalidInput,
        fmt::format("threads {}: must be from 0 (auto) to {}", options.threads, kMostThreads));
  }
  if (!options.model_bytes.empty()) return {};
  // The runtime would wait for a pipe, and read a device without end.
  if (const auto kind = base::IrregularKind(options.model_path)) {
    return MakeError(ErrorCode::kInvalidInput,
                     fmt::format("{}: is {}; expected an ONNX model", options.model_path, *kind));
  }
  return {};
}

std::unique_ptr<Ort::Session> Load(const Ort::Env& env, const OnnxEngineOptions& options,
                                   const Ort::SessionOptions& session) {
  if (options.model_bytes.empty()) {
    return std::make_unique<Ort::Session>(env, options.model_path.c_str(), session);
  }
  return std::make_unique<Ort::Session>(env, options.model_bytes.data(), options.model_bytes.size(),
                                        session);
}

}  // namespace

Result<int> ParseDevice(const std::string& device) {
  if (device == "cpu") return kCpu;
  constexpr std::string_view kCuda = "cuda:";
  if (device.starts_with(kCuda)) {
    const auto index = base::ParseInteger(std::string_view(device).substr(kCuda.size()));
    if (index && *index >= 0 && *index < 1024) return static_cast<int>(*index);
  }
  return MakeError(ErrorCode::kUnsupported,
                   fmt::format("device '{}': ONNX Runtime runs on cpu or cuda:N", device));
}

Result<std::unique_ptr<Ort::Session>> OpenSession(const Ort::Env& env,
                                                  const OnnxEngineOptions& options) {
  if (const Status checked = CheckOptions(options); !checked) {
    return tl::unexpected(checked.error());
  }
  const auto device = ParseDevice(options.device);
  if (!device) return tl::unexpected(device.error());
  try {
    Ort::SessionOptions session = BaseOptions(options);
    if (const Status added = AddProvider(session, *device); !added) {
      return tl::unexpected(added.error());
    }
    return Load(env, options, session);
  } catch (const std::exception& e) {
    const std::string& name = options.model_bytes.empty() ? options.model_path : options.model_name;
    return RefuseModel(fmt::format("loading model {}", name), e);
  }
}

}  // namespace batchsizer::flow
