#include "cli/model_option.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "flow/model/zoo.h"

namespace batchsizer::cli {
namespace {

std::filesystem::path CacheFolder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return std::filesystem::path(cache) / "batchsizer";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::filesystem::path(home) / ".cache/batchsizer";
  return std::filesystem::temp_directory_path() / "batchsizer";
}

}  // namespace

Result<std::string> ModelPath(const std::string& model) {
  constexpr std::string_view kZoo = "zoo:";
  if (!model.starts_with(kZoo)) return model;
  const std::string name = model.substr(kZoo.size());
  const auto folder = CacheFolder() / "zoo";
  const std::string path = (folder / (name + ".onnx")).string();
  std::error_code error;
  if (std::filesystem::exists(path, error) && name.find('/') == std::string::npos) return path;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return MakeError(ErrorCode::kIo,
                     fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
  }
  if (auto built = flow::BuildZooModel(name, path); !built) {
    return Annotate("--model", built.error());
  }
  return path;
}

}  // namespace batchsizer::cli
