#include "flow/engine/onnxruntime/ort_error.h"

#include <fmt/format.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <new>

#include "flow/engine/onnxruntime/library.h"
#include "flow/engine/onnxruntime/ort_message.h"

namespace batchsizer::flow {
namespace {

constexpr std::array<std::string_view, 7> kOutOfMemoryWords = {"Failed to allocate memory",
                                                               "bad_alloc",
                                                               "bad allocation",
                                                               "out of memory",
                                                               "out_of_memory",
                                                               "ALLOC_FAILED",
                                                               "bad_array_new_length"};

ErrorCode CodeOfStatus(OrtErrorCode code) {
  switch (code) {
    case ORT_NO_SUCHFILE:
      return ErrorCode::kNotFound;
    case ORT_INVALID_PROTOBUF:
    case ORT_NO_MODEL:
    case ORT_INVALID_GRAPH:
    case ORT_INVALID_ARGUMENT:
      return ErrorCode::kInvalidInput;
    case ORT_NOT_IMPLEMENTED:
      return ErrorCode::kUnsupported;
    default:
      return ErrorCode::kInternal;
  }
}

// A device's failures come with all sorts of codes.
constexpr std::array<std::string_view, 4> kDeviceWords = {"CUDA failure", "CUDNN failure",
                                                          "CUBLAS failure", "CUDA error"};
constexpr std::array<std::string_view, 2> kProcessWords = {"pthread_",
                                                           "Resource temporarily unavailable"};

template <typename Words>
bool HoldsOneOf(std::string_view message, const Words& all) {
  return std::any_of(all.begin(), all.end(),
                     [&](auto words) { return message.find(words) != std::string_view::npos; });
}

ErrorCode CodeOfRefusal(const std::exception& e) {
  const ErrorCode code = CodeOf(e);
  const auto* ort = dynamic_cast<const Ort::Exception*>(&e);
  if (code != ErrorCode::kInternal || ort == nullptr) return code;
  if (ort->GetOrtErrorCode() == ORT_EP_FAIL || HoldsOneOf(e.what(), kDeviceWords)) {
    return ErrorCode::kUnavailable;
  }
  return HoldsOneOf(e.what(), kProcessWords) ? code : ErrorCode::kUnsupported;
}

}  // namespace

bool MeansOutOfMemory(std::string_view message) { return HoldsOneOf(message, kOutOfMemoryWords); }

ErrorCode CodeOf(const std::exception& e) {
  if (dynamic_cast<const std::bad_alloc*>(&e) != nullptr || MeansOutOfMemory(e.what())) {
    return ErrorCode::kOutOfMemory;
  }
  const auto* ort = dynamic_cast<const Ort::Exception*>(&e);
  return ort == nullptr ? ErrorCode::kInternal : CodeOfStatus(ort->GetOrtErrorCode());
}

tl::unexpected<Error> FromOrt(std::string_view doing, const std::exception& e) {
  return MakeError(CodeOf(e), fmt::format("{}: {}", doing, PlainMessage(e.what())));
}

tl::unexpected<Error> RefuseModel(std::string_view doing, const std::exception& e) {
  const ErrorCode code = CodeOfRefusal(e);
  auto error = MakeError(code, fmt::format("{}: {}", doing, PlainMessage(e.what())));
  if (code == ErrorCode::kInvalidInput || code == ErrorCode::kUnsupported) {
    error.value().message +=
        fmt::format("; supported is a model that ONNX Runtime {} runs, without custom operators",
                    LoadOnnxRuntime()->version);
  }
  return error;
}

}  // namespace batchsizer::flow
