#include "flow/engine/onnxruntime/ort_error.h"

#include <fmt/format.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <array>
#include <new>

namespace batchsizer::flow {
namespace {

constexpr std::array<std::string_view, 7> kOutOfMemoryWords = {"Failed to allocate memory",
                                                               "bad_alloc",
                                                               "bad allocation",
                                                               "out of memory",
                                                               "out_of_memory",
                                                               "ALLOC_FAILED",
                                                               "bad_array_new_length"};

ErrorCode CodeOf(OrtErrorCode code) {
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

ErrorCode CodeOf(const std::exception& e) {
  if (dynamic_cast<const std::bad_alloc*>(&e) != nullptr || MeansOutOfMemory(e.what())) {
    return ErrorCode::kOutOfMemory;
  }
  const auto* ort = dynamic_cast<const Ort::Exception*>(&e);
  return ort == nullptr ? ErrorCode::kInternal : CodeOf(ort->GetOrtErrorCode());
}

// Messages may hold a stack trace: the first line says what was wrong.
std::string_view FirstLine(std::string_view text) { return text.substr(0, text.find('\n')); }

}  // namespace

bool MeansOutOfMemory(std::string_view message) {
  return std::any_of(kOutOfMemoryWords.begin(), kOutOfMemoryWords.end(),
                     [&](auto words) { return message.find(words) != std::string_view::npos; });
}

tl::unexpected<Error> FromOrt(std::string_view doing, const std::exception& e) {
  return MakeError(CodeOf(e), fmt::format("{}: {}", doing, FirstLine(e.what())));
}

}  // namespace batchsizer::flow
