#include "flow/engine/onnxruntime/library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <onnxruntime_cxx_api.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/text.h"

namespace batchsizer::flow {
namespace {

constexpr const char* kRootVariable = "BATCHSIZER_ONNXRUNTIME_ROOT";
constexpr const char* kSonames[] = {"libonnxruntime.so.1", "libonnxruntime.so"};
// The newest function that the engine calls came with 1.14.
constexpr long long kOldestApi = 14;

constexpr std::string_view kHowToGetIt =
    "install the distribution's libonnxruntime, or set BATCHSIZER_ONNXRUNTIME_ROOT to a folder "
    "with lib/libonnxruntime.so.1";

// "1.32.0" -> 32: release 1.N has API version N. 0 if it reads otherwise.
long long ApiOf(std::string_view version) {
  const auto parts = base::Split(version, '.');
  return parts.size() < 2 ? 0 : base::ParseInteger(parts[1]).value_or(0);
}

Result<OnnxRuntimeLibrary> Negotiate(const OrtApiBase& base, const std::string& path) {
  const std::string version = base.GetVersionString();
  const long long offered = ApiOf(version);
  // An older library serves the part of the interface that it knows; asking it
  // for more than that would make it print to stderr.
  const auto wanted = std::min<long long>(ORT_API_VERSION, offered);
  const OrtApi* api =
      offered < kOldestApi ? nullptr : base.GetApi(static_cast<std::uint32_t>(wanted));
  if (api == nullptr) {
    return MakeError(ErrorCode::kUnavailable,
                     fmt::format("ONNX Runtime {} at {} is too old or unknown; needed is 1.{} or "
                                 "newer: {}",
                                 version, path, kOldestApi, kHowToGetIt));
  }
  return OnnxRuntimeLibrary{.api = api, .path = path, .version = version};
}

Result<OnnxRuntimeLibrary> OpenOne(const std::string& path) {
  // Never closed: its threads and thread-local data outlive any engine.
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    // dlerror keeps its text per thread.
    const char* reason = ::dlerror();  // NOLINT(concurrency-mt-unsafe)
    return MakeError(ErrorCode::kUnavailable, reason == nullptr ? path : reason);
  }
  using GetApiBase = const OrtApiBase* (*)();
  const auto get = reinterpret_cast<GetApiBase>(::dlsym(library, "OrtGetApiBase"));
  if (get == nullptr) {
    return MakeError(ErrorCode::kUnavailable,
                     fmt::format("{}: not ONNX Runtime (no OrtGetApiBase in it)", path));
  }
  return Negotiate(*get(), path);
}

std::string ProgramPath() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

Result<OnnxRuntimeLibrary> Load() {
  const char* root = std::getenv(kRootVariable);  // NOLINT(concurrency-mt-unsafe)
  auto library = OpenLibrary(LibraryCandidates(root, ProgramPath()));
  if (library) Ort::InitApi(library->api);
  return library;
}

}  // namespace

std::vector<std::string> LibraryCandidates(const char* root, const std::string& program) {
  std::vector<std::string> candidates;
  const auto add = [&](const std::filesystem::path& folder) {
    for (const char* soname : kSonames) candidates.push_back((folder / soname).string());
  };
  if (root != nullptr && *root != '\0') {
    add(std::filesystem::path(root) / "lib");
    return candidates;
  }
  add(std::filesystem::path(program).parent_path().parent_path() / "lib" / "batchsizer");
  candidates.emplace_back(BATCHSIZER_ONNXRUNTIME_LIBRARY);
  add({});
  return candidates;
}

Result<OnnxRuntimeLibrary> OpenLibrary(const std::vector<std::string>& candidates) {
  std::string tried;
  for (const std::string& path : candidates) {
    auto library = OpenOne(path);
    if (library) return library;
    tried += fmt::format("\n  {}", library.error().message);
  }
  return MakeError(ErrorCode::kUnavailable,
                   fmt::format("no usable ONNX Runtime library; {}; tried:{}", kHowToGetIt, tried));
}

const Result<OnnxRuntimeLibrary>& LoadOnnxRuntime() {
  static const Result<OnnxRuntimeLibrary> kLibrary = Load();
  return kLibrary;
}

}  // namespace batchsizer::flow
